"""The embedded broker: whatever two processes do at the same moment, a message arrives whole and once."""

import threading
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from marketplace.config import broker
from marketplace.config.celery import app

MESSAGES = 400


@pytest.fixture
def connection(tmp_path: Path) -> Connection:
    folders = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path)}
    return Connection("filesystem://", transport_options=folders | {"control_folder": str(tmp_path / "control")})


def test_celery_uses_it() -> None:
    with app.connection_for_write("filesystem://localhost") as opened:
        assert isinstance(opened.transport, broker.Transport)


def test_its_workers_live_and_die_as_a_whole() -> None:
    """Processes that share one pipe wait for ever once an idle one was killed (docs/decisions/0004)."""
    if not app.conf.broker_url.startswith("filesystem"):
        pytest.skip("the workers of another broker have a pipe each")
    assert app.conf.worker_pool == "threads"


def test_a_message_is_nowhere_until_it_is_whole(
    connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def replace(draft: Path, path: Path) -> None:
        seen.append((sorted(tmp_path.glob("*.msg")), draft.read_text()))
        draft.rename(path)

    monkeypatch.setattr(Path, "replace", replace)
    connection.channel()._put("default", {"body": "all of it"})
    assert seen == [([], '{"body": "all of it"}')]
    assert connection.channel()._get("default") == {"body": "all of it"}


def test_a_reader_beside_a_writer_gets_every_message_once(connection: Connection) -> None:
    writer, reader = connection.channel(), connection.channel()
    got: list[int] = []

    def write() -> None:
        for number in range(MESSAGES):
            writer._put("default", {"number": number, "body": "x" * 2000})

    thread = threading.Thread(target=write)
    thread.start()
    while len(got) < MESSAGES:
        all_written = not thread.is_alive()
        try:
            got.append(reader._get("default")["number"])
        except Empty:
            if all_written:
                break
    thread.join()
    assert sorted(got) == list(range(MESSAGES))


def test_an_exchange_bound_by_many_at_once_keeps_every_queue(connection: Connection) -> None:
    channels = [connection.channel() for _ in range(8)]
    names = [f"queue{number}" for number in range(len(channels))]

    def bind(channel: broker.Channel, name: str) -> None:
        for _again in range(20):
            channel._queue_bind("news", "", "", name)
            assert name in {each.queue for each in channel.get_table("news")}

    threads = [threading.Thread(target=bind, args=pair) for pair in zip(channels, names, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.queue for each in channels[0].get_table("news")) == names
