"""Every text that people read is translated, and the translation says the same with the same values in it."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from config.settings import ROOT

CATALOGUE = ROOT / "templates" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
VALUE = re.compile(r"%\((\w+)\)[sd]")
ADVICE = "run `make translations`, and translate what is new in templates/translations"


@cache
def english() -> Catalog:
    """The English catalogue, as its file says."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def texts_of(message: Message) -> tuple[str, ...]:
    """A message's texts in French: two where it counts something."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def translations_of(message: Message) -> tuple[str, ...]:
    """The same in English."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def messages() -> list[Message]:
    """All messages of the catalogue, without its header."""
    return [message for message in english() if message.id]


def test_every_text_of_the_code_and_the_templates_is_in_the_catalogue(tmp_path: Path) -> None:
    found = tmp_path / "messages.pot"
    command = ["-F", "pyproject.toml", "-k", "lazy_gettext", "-k", "_l", "--omit-header", "-o", str(found), "."]
    subprocess.run([str(Path(sys.executable).parent / "pybabel"), "--quiet", "extract", *command], cwd=ROOT, check=True)
    with found.open("rb") as file:
        in_use = {texts_of(message) for message in read_po(file) if message.id}
    known = {texts_of(message) for message in messages()}
    assert in_use - known == set(), ADVICE
    assert known - in_use == set(), ADVICE


def test_nothing_is_left_untranslated_or_doubtful() -> None:
    assert [texts_of(message)[0] for message in messages() if not all(translations_of(message))] == []
    assert [texts_of(message)[0] for message in messages() if message.fuzzy] == []


def test_a_translation_holds_the_same_values_as_its_text() -> None:
    for message in messages():
        expected = set(VALUE.findall(" ".join(texts_of(message))))
        for translation in translations_of(message):
            assert set(VALUE.findall(translation)) == expected, message.id


def test_a_translation_begins_and_ends_like_its_text() -> None:
    for message in messages():
        for text, translation in zip(texts_of(message), translations_of(message), strict=True):
            assert (text[:1].isspace(), text[-1:].isspace()) == (translation[:1].isspace(), translation[-1:].isspace()), text
            assert (text[-1] in ".,:") == (translation[-1] in ".,:"), text


def test_what_the_application_reads_is_what_was_translated() -> None:
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = {texts_of(message): translations_of(message) for message in read_mo(file) if message.id}
    assert compiled == {texts_of(message): translations_of(message) for message in messages()}, ADVICE
