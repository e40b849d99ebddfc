"""Delivery: every message leaves once, refusals are told apart, and no fault of a server or a worker loses one."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask

from config import delivery
from config.clock import FrozenClock
from config.delivery import BATCH, DeliveryReport, deliver, purge, wait_before
from config.mailer import SmtpMailer
from config.services import Services
from config.settings import Settings
from tests.config.smtp import HANG_UP, Catcher, smtp_server
from tests.config.test_outbox import mail_to, queue, rows


@pytest.fixture
def catcher() -> Iterator[Catcher]:
    with smtp_server() as catcher:
        yield catcher


@pytest.fixture
def mailer(settings: Settings, catcher: Catcher) -> SmtpMailer:
    """The real mailer, in the place of the recording one."""
    mail = settings.mail.model_copy(update={"host": "127.0.0.1", "port": catcher.port, "timeout_seconds": 3})
    return SmtpMailer(settings.model_copy(update={"mail": mail}))


def test_what_is_due_is_sent_and_then_wiped(services_on_each: Services, catcher: Catcher) -> None:
    queue(services_on_each, mail_to("jean@example.org"), mail_to("alice@example.org"))
    message_ids = [row.message_id for row in rows()]
    assert deliver(services_on_each) == DeliveryReport(sent=2)
    assert catcher.addresses == ["jean@example.org", "alice@example.org"]
    assert [message["Message-ID"] for _address, message in catcher.accepted] == message_ids
    for row in rows():
        assert row.content is None
        assert row.next_attempt_at is None
        assert row.claim is None
        assert row.sent_at == services_on_each.clock.now()


def test_nothing_is_sent_twice(services_on_each: Services, catcher: Catcher, clock: FrozenClock) -> None:
    queue(services_on_each, mail_to())
    deliver(services_on_each)
    clock.advance(days=30)
    assert deliver(services_on_each) == DeliveryReport()
    assert catcher.addresses == ["jean@example.org"]


def test_without_anything_to_send_the_server_is_left_alone(services: Services, catcher: Catcher) -> None:
    deliver(services)
    assert catcher.connections == 0


def test_many_messages_leave_over_one_connection(services: Services, catcher: Catcher) -> None:
    queue(services, *(mail_to(f"p{number}@example.org") for number in range(2 * BATCH + 5)))
    assert deliver(services).sent == 2 * BATCH + 5
    assert catcher.connections == 1
    assert len(set(catcher.addresses)) == 2 * BATCH + 5


def test_a_limit_holds(services: Services, catcher: Catcher) -> None:
    queue(services, *(mail_to(f"p{number}@example.org") for number in range(10)))
    assert deliver(services, limit=4).sent == 4
    assert deliver(services).sent == 6


def test_a_recipient_refused_for_good_is_recorded_and_never_tried_again(
    services_on_each: Services, catcher: Catcher, clock: FrozenClock
) -> None:
    catcher.recipients["nobody@example.org"] = "550 5.1.1 nobody@example.org is unknown"
    queue(services_on_each, mail_to("nobody@example.org"), mail_to("alice@example.org"))
    assert deliver(services_on_each) == DeliveryReport(sent=1, failed=1)
    failed, sent = rows()
    assert (failed.failed_at, failed.problem) == (clock.now(), "550")
    assert failed.content is None
    assert sent.sent_at
    catcher.recipients.clear()
    clock.advance(days=1)
    assert deliver(services_on_each) == DeliveryReport()
    assert catcher.addresses == ["alice@example.org"]


def test_a_refusal_for_now_is_tried_again_later_and_later(
    services_on_each: Services, catcher: Catcher, clock: FrozenClock
) -> None:
    catcher.recipients["full@example.org"] = "452 4.2.2 mailbox full"
    queue(services_on_each, mail_to("full@example.org"), mail_to("alice@example.org"))
    assert deliver(services_on_each) == DeliveryReport(sent=1, postponed=1)
    waits = []
    for _attempt in range(4):
        (waiting, _sent) = rows()
        assert waiting.next_attempt_at
        assert waiting.problem == "452"
        waits.append(waiting.next_attempt_at - clock.now())
        clock.advance(seconds=waits[-1].total_seconds() - 1)
        assert deliver(services_on_each) == DeliveryReport(), "not before its time"
        clock.advance(seconds=1)
        deliver(services_on_each)
    for wait, expected in zip(waits, (30, 120, 480, 1920), strict=True):
        assert 0.8 * expected <= wait.total_seconds() <= 1.2 * expected
    catcher.recipients.clear()
    clock.advance(hours=3)
    assert deliver(services_on_each).sent == 1
    assert rows()[0].attempts == 6


def test_after_days_of_trying_a_message_is_given_up(services: Services, catcher: Catcher, clock: FrozenClock) -> None:
    catcher.recipients["full@example.org"] = "452 full"
    queue(services, mail_to("full@example.org"))
    deliver(services)
    clock.advance(days=5, seconds=1)
    assert deliver(services) == DeliveryReport(failed=1)
    assert rows()[0].content is None
    assert rows()[0].problem == "452"


def test_a_server_that_is_away_costs_no_message(services_on_each: Services, settings: Settings, clock: FrozenClock) -> None:
    queue(services_on_each, mail_to("jean@example.org"), mail_to("alice@example.org"))
    mailer, away = services_on_each.outbox.mailer, settings.mail.model_copy(update={"host": "127.0.0.1", "port": 1})
    services_on_each.outbox.mailer = SmtpMailer(settings.model_copy(update={"mail": away}))
    assert deliver(services_on_each) == DeliveryReport(postponed=2)
    services_on_each.outbox.mailer = mailer
    clock.advance(minutes=1)
    assert deliver(services_on_each) == DeliveryReport(sent=2)


def test_a_server_that_hangs_up_costs_the_others_nothing(
    services_on_each: Services, catcher: Catcher, clock: FrozenClock
) -> None:
    catcher.data["b@example.org"] = HANG_UP
    queue(services_on_each, *(mail_to(f"{letter}@example.org") for letter in "abcd"))
    assert deliver(services_on_each) == DeliveryReport(sent=1, postponed=1)
    assert [row.attempts for row in rows()] == [1, 1, 0, 0]
    assert deliver(services_on_each) == DeliveryReport(sent=2)
    catcher.data.clear()
    clock.advance(minutes=1)
    assert deliver(services_on_each) == DeliveryReport(sent=1)
    assert catcher.addresses == [f"{letter}@example.org" for letter in "acdb"]


def test_a_message_that_another_secret_key_hid_waits_for_that_key(services: Services, catcher: Catcher) -> None:
    queue(services, mail_to())
    settings = services.outbox._settings
    services.outbox._settings = settings.model_copy(update={"secret_key": type(settings.secret_key)("another" * 6)})
    assert deliver(services) == DeliveryReport(postponed=1)
    assert rows()[0].content is not None
    assert rows()[0].problem == "unreadable"


def test_what_another_worker_has_in_hand_is_left_to_it_until_its_lease_ends(
    services_on_each: Services, catcher: Catcher, clock: FrozenClock
) -> None:
    queue(services_on_each, *(mail_to(f"p{number}@example.org") for number in range(5)))
    theirs = delivery.Delivery(services_on_each).claim(3)
    assert deliver(services_on_each).sent == 2
    clock.advance(seconds=delivery.LEASE.total_seconds())
    assert deliver(services_on_each).sent == 3, "the other worker died"
    late = delivery.Delivery(services_on_each)
    late.postpone(theirs[0], "too late", timedelta(seconds=1))
    assert rows()[0].sent_at, "a worker that comes back after its lease changes nothing"


def test_a_worker_begins_no_message_at_the_end_of_its_lease(
    services: Services, catcher: Catcher, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(services, *(mail_to(f"p{number}@example.org") for number in range(3)))
    original: Callable[..., bool] = delivery.Delivery.send

    def slow(self: delivery.Delivery, *call: object) -> bool:
        clock.advance(minutes=2)
        return original(self, *call)

    monkeypatch.setattr(delivery.Delivery, "send", slow)
    assert deliver(services).sent == 1
    assert [row.attempts for row in rows()] == [1, 0, 0]


def test_two_workers_at_once_send_each_message_once(app_on_each: Flask, catcher: Catcher) -> None:
    services: Services = app_on_each.extensions["services"]
    with app_on_each.app_context():
        queue(services, *(mail_to(f"p{number}@example.org") for number in range(60)))
    barrier, sent = Barrier(3), []

    def work() -> None:
        with app_on_each.app_context():
            barrier.wait()
            sent.append(deliver(services).sent)

    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(catcher.addresses) == sorted(f"p{number}@example.org" for number in range(60))
    assert sum(sent) == 60


def test_waits_grow_up_to_two_hours() -> None:
    assert [wait_before(attempt).total_seconds() for attempt in range(2, 9)] == [30, 120, 480, 1920, 7200, 7200, 7200]
    assert wait_before(10_000) == timedelta(hours=2)


def test_what_was_over_long_ago_is_forgotten_and_nothing_else(
    services_on_each: Services, catcher: Catcher, clock: FrozenClock
) -> None:
    catcher.recipients["nobody@example.org"] = "550 no"
    queue(services_on_each, mail_to("old@example.org"), mail_to("nobody@example.org"))
    deliver(services_on_each)
    queue(services_on_each, mail_to("waiting@example.org"))
    clock.advance(days=181)
    queue(services_on_each, mail_to("fresh@example.org"))
    assert purge(services_on_each) == 2
    assert deliver(services_on_each).sent == 2
