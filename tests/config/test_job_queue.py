"""The job queue on each kind of server: in order, signed, and made by whoever comes first."""

from collections.abc import Callable, Iterator
from multiprocessing.pool import ThreadPool
from pathlib import Path

import pytest

from config.job_queue import MOST_QUEUES, JobQueue, SignedJson, queue_of
from config.settings import Settings

SECRET = "s" * 40
Opener = Callable[..., JobQueue]


@pytest.fixture(params=["sqlite", "postgresql", "redis"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a store of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/deep/store.sqlite"
    address: str = request.getfixturevalue(f"{request.param}_url")
    return address


@pytest.fixture
def open_queue(url: str) -> Iterator[Callable[..., JobQueue]]:
    """Queues as different processes would open them."""
    opened: list[JobQueue] = []

    def open_one(secret: str = SECRET) -> JobQueue:
        opened.append(JobQueue(url, secret))
        return opened[-1]

    yield open_one
    for queue in opened:
        queue.close()


def take(queue: JobQueue) -> list[tuple[str, dict[str, object]]]:
    """Do what waits, and say what it was."""
    found: list[tuple[str, dict[str, object]]] = []
    queue.runner = lambda name, arguments: found.append((name, arguments))
    while (task := queue.huey.dequeue()) is not None:
        task.execute()
    return found


def test_jobs_come_out_as_they_went_in_and_in_order(open_queue: Opener) -> None:
    web, worker = open_queue(), open_queue()
    web.put("letters.run", {"run_id": 3})
    web.put("mail.deliver", {})
    assert take(worker) == [("letters.run", {"run_id": 3}), ("mail.deliver", {})]
    assert take(worker) == []


def test_processes_that_start_at_once_all_get_their_queue(open_queue: Opener) -> None:
    with ThreadPool(8) as pool:
        queues = pool.map(lambda _number: open_queue(), range(8))
    queues[0].put("mail.deliver", {})
    assert queues[1].huey.pending_count() == 1


def test_a_message_signed_with_another_key_is_not_obeyed(open_queue: Opener) -> None:
    open_queue("another secret" * 4).put("letters.run", {"run_id": 3})
    with pytest.raises(ValueError, match="not signed"):
        open_queue().huey.dequeue()


def test_messages_are_json_and_no_pickles(open_queue: Opener) -> None:
    queue = open_queue()
    queue.put("letters.run", {"run_id": 3})
    (message,) = queue.huey.storage.enqueued_items()
    assert b'["letters.run", {"run_id": 3}]' in bytes(message)


@pytest.mark.parametrize("position", [0, 31, 32, -1])
def test_a_changed_byte_is_seen(position: int) -> None:
    serializer = SignedJson(b"k" * 32)
    message = bytearray(serializer.serialize(["x"]))
    message[position] ^= 1
    with pytest.raises(ValueError, match="not signed"):
        serializer.deserialize(bytes(message))


def test_a_process_that_goes_through_many_sites_closes_the_oldest_queues(settings: Settings, tmp_path: Path) -> None:
    def at(number: int) -> Settings:
        return settings.model_copy(update={"store": settings.store.model_copy(update={"url": f"sqlite:///{tmp_path}/{number}"})})

    first = queue_of(at(0))
    for number in range(1, MOST_QUEUES + 1):
        queue_of(at(number)).put("mail.deliver", {})
    assert queue_of(at(MOST_QUEUES)) is queue_of(at(MOST_QUEUES))
    assert queue_of(at(0)) is not first


def test_one_queue_serves_a_process(settings: Settings) -> None:
    assert queue_of(settings) is queue_of(settings)
