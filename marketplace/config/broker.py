"""The embedded broker: kombu's file-system transport, whose files appear whole or not at all.

Kombu opens a message's file under its final name and then writes; another process may take it away while it is still
empty, and the worker that reads it ends. The same holds for the tables of exchanges. Here both are written beside
and moved into place.
"""

import fcntl
import uuid
from pathlib import Path
from time import monotonic
from typing import Any

from kombu.transport import filesystem
from kombu.transport.filesystem import exchange_queue_t
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """A channel that other processes may read at any moment."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override] # kombu has two
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        _write(Path(self.data_folder_out) / name, payload)

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        bound = exchange_queue_t(routing_key or "", pattern or "", queue or "")
        self.control_folder.mkdir(exist_ok=True)
        with (self.control_folder / "bindings.lock").open("a") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            table = self.get_table(exchange)
            if bound not in table:
                _write(self._exchange_file(exchange), [bound, *table])


class Transport(filesystem.Transport):
    """The transport behind `filesystem://` (config/celery.py puts it there)."""

    Channel = Channel


def _write(path: Path, content: Any) -> None:
    """Write JSON so that nobody ever sees a part of it; a draft's name ends like no queue's files."""
    draft = path.with_name(f".{uuid.uuid4().hex}.draft")
    draft.write_text(dumps(content))
    draft.replace(path)
