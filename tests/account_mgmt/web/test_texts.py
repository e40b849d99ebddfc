"""Every problem has a sentence, in every language, and says it with the académie's own numbers."""

import pytest
from flask import Flask
from flask_babel import force_locale

from account_mgmt.domain.errors import Problem
from account_mgmt.domain.policies import PRESETS
from account_mgmt.web.texts import PROBLEM_TEXTS, password_demands, text_of

VALUES = {"password_min": 8, "password_max": 64}


@pytest.mark.parametrize("problem", Problem)
def test_every_problem_has_its_sentence(app: Flask, problem: Problem) -> None:
    with app.test_request_context():
        sentence = text_of(problem, VALUES)
    assert sentence.endswith((".", "12345", "exemple.fr"))
    assert "%" not in sentence


def test_no_sentence_is_left_of_a_problem_that_is_gone() -> None:
    assert set(PROBLEM_TEXTS) == set(Problem)


@pytest.mark.parametrize("problem", Problem)
def test_every_sentence_is_translated_with_the_same_numbers_in_it(app: Flask, problem: Problem) -> None:
    with app.test_request_context():
        french = text_of(problem, VALUES)
        with force_locale("en"):
            english = text_of(problem, VALUES)
    assert english != french
    assert [word for word in english.split() if word.isdigit()] == [word for word in french.split() if word.isdigit()]


@pytest.mark.rule("R12")
@pytest.mark.parametrize(
    ("preset", "demands"), [("default", ["min", "mixed", ""]), ("legacy", ["min", "max", "mixed", ""]), ("strong", ["min", ""])]
)
def test_an_academy_s_demands_on_a_password_are_listed(app: Flask, preset: str, demands: list[str]) -> None:
    with app.test_request_context():
        assert [name for name, _count, _sentence in password_demands(PRESETS[preset])] == demands
