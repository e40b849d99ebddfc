"""The worker's part of recovery: answering discreet requests, and forgetting old ones."""

from datetime import time, timedelta

from account_mgmt.services import recovery_answers
from config.job_queue import nudge
from config.services import Services
from config.worker import periodic

ANSWER = "recovery.answer"


def start_answers(services: Services) -> None:
    """Have the worker answer what waits; if the queue is out of reach, the timetable does a little later."""
    nudge(services.settings, ANSWER)


@periodic(ANSWER, every=timedelta(seconds=10))
def _answer(services: Services) -> str | None:
    answered = recovery_answers.answer_waiting(services)
    return f"{answered} requests answered" if answered else None


@periodic("recovery.forget", daily=time(3, 30))
def _forget(services: Services) -> str | None:
    forgotten = recovery_answers.forget_requests(services)
    return f"{forgotten} old requests forgotten" if forgotten else None
