"""The worker's side of intake: feeds the archive to the checking container and reads a bounded, framed answer."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, BinaryIO

from docker.api.client import APIClient

from . import bill, containers, images, loading
from .errors import ENGINE_ERROR, EngineUnavailable, IntakeRefused, ProtocolBroken
from .limits import INTAKE, INTAKE_ARCHIVE, MIB, IntakeLimits
from .rebuilding import RebuiltArchive
from .refusals import NOTICES, REFUSALS
from .results import IntakeResult, Notice
from .streams import STDOUT, Attachment, Tail, cleaned, printable

COMMAND = ("python3", "-m", "intake")
WALL_CLOCK_SECONDS = 240
CHUNK = 256 * 1024
FRAME_HEAD = 5
SUMMARY_BYTES = MIB
OVERHEAD_BYTES = 64 * MIB
PLACE_CHARACTERS = 300
KILLED = 137


def run(client: APIClient, archive: BinaryIO, rebuilt: BinaryIO, limits: IntakeLimits = INTAKE_ARCHIVE) -> IntakeResult:
    """Check `archive` (seekable) and write the clean one to `rebuilt` (seekable, empty).

    Raises IntakeRefused, or EngineUnavailable when the checker itself failed.
    """
    if archive.seek(0, 2) > limits.archive_bytes:
        raise IntakeRefused("archive_too_big", params={"limit_mib": limits.archive_bytes // MIB})
    container_id = containers.create(
        client,
        images.require(client, images.INTAKE),
        INTAKE,
        run_id=f"intake-{uuid.uuid4()}",
        command=COMMAND,
        stdin=True,
    )
    conversation: Conversation | None = None
    try:
        attachment = containers.attach(client, container_id, stdin=True)
        conversation = Conversation(attachment, archive, rebuilt, limits)
        client.start(container_id)
        summary = conversation.hold()
        if summary is None:
            raise _failure(client.inspect_container(container_id)["State"], conversation)
        return result(summary, conversation.bill, manifest_ids=loading.uses_manifest_ids(client))
    finally:
        containers.remove(client, container_id)
        if conversation is not None:
            conversation.close()


def result(summary: Mapping[str, Any], sbom: bytes, *, manifest_ids: bool) -> IntakeResult:
    """The checker's summary as a value; our own program wrote it, so a wrong shape is our fault (EngineUnavailable)."""
    try:
        notes = tuple(
            Notice(note["code"], str(note["place"])[:PLACE_CHARACTERS], dict(note["params"]))
            for note in summary["notes"]
            if note["code"] in NOTICES
        )
        return IntakeResult(
            image_id=str(summary["manifest_digest" if manifest_ids else "config_digest"]),
            config=dict(summary["config"]),
            uncompressed_bytes=int(summary["uncompressed_bytes"]),
            volumes=tuple(str(path) for path in summary["volumes"]),
            notes=notes,
            vendor_digest=str(summary["vendor_digest"]),
            sbom=bill.read(sbom),
        )
    except (KeyError, TypeError, ValueError, ProtocolBroken) as error:
        raise EngineUnavailable(ENGINE_ERROR, "the intake program's answer can't be read") from error


class Conversation:
    """Sends the archive from a thread of its own while the answer is read, so that neither side waits forever."""

    def __init__(self, attachment: Attachment, archive: BinaryIO, rebuilt: BinaryIO, limits: IntakeLimits) -> None:
        self._attachment = attachment
        self._archive = archive
        self._rebuilt = RebuiltArchive(rebuilt, limits.image_bytes + OVERHEAD_BYTES)
        self._file = rebuilt
        self._limits = limits
        self._feeder = threading.Thread(target=self._feed, name="intake-feeder", daemon=True)
        self._deadline = threading.Timer(WALL_CLOCK_SECONDS, self._give_up)
        self._bill = bytearray()
        self.errors = Tail()
        self.too_slow = False

    @property
    def bill(self) -> bytes:
        """The bill of materials as it came."""
        return bytes(self._bill)

    def hold(self) -> dict[str, Any] | None:
        """The summary, or None if the checker ended without one; raises IntakeRefused."""
        self._feeder.start()
        self._deadline.start()
        try:
            for kind, data in self._frames():
                if kind == b"R":
                    raise refusal(data)
                if kind == b"E":
                    self._file.flush()
                    summary: dict[str, Any] = cleaned(json.loads(data))
                    return summary
                if kind == b"S" and len(self._bill) < bill.MOST_BYTES:
                    self._bill += data
                else:
                    take(self._rebuilt, kind, data)
        except (ValueError, ProtocolBroken) as error:
            raise EngineUnavailable(ENGINE_ERROR, f"the intake program sent {error}") from error
        return None

    def close(self) -> None:
        """End the helper threads."""
        self._deadline.cancel()
        self._attachment.close()
        if self._feeder.is_alive():
            self._feeder.join()

    def _give_up(self) -> None:
        self.too_slow = True
        self._attachment.close()

    def _feed(self) -> None:
        try:
            self._attachment.send_frame(asdict(self._limits))
            self._archive.seek(0)
            while data := self._archive.read(CHUNK):
                self._attachment.send_bytes(data)
            self._attachment.send_bytes(b"")
        except OSError:
            return  # the checker has already refused and gone; its answer says why

    def _frames(self) -> Iterator[tuple[bytes, bytes]]:
        pending = bytearray()
        for stream, data in self._attachment.chunks():
            if stream != STDOUT:
                self.errors.add(data)
                continue
            pending += data
            while len(pending) >= FRAME_HEAD:
                length = int.from_bytes(pending[1:FRAME_HEAD], "big")
                if length > SUMMARY_BYTES:
                    return
                if len(pending) < FRAME_HEAD + length:
                    break
                yield bytes(pending[:1]), bytes(pending[FRAME_HEAD : FRAME_HEAD + length])
                del pending[: FRAME_HEAD + length]


def take(rebuilt: RebuiltArchive, kind: bytes, data: bytes) -> None:
    """Do to the rebuilt archive what one frame says; raises ValueError."""
    if kind == b"D":
        rebuilt.write(data)
    elif kind == b"L":
        rebuilt.begin()
    elif kind == b"K":
        rebuilt.keep(data)
    elif kind == b"X":
        rebuilt.drop()
    elif kind == b"U":
        rebuilt.leave_out([int(number) for number in json.loads(data)])


def refusal(data: bytes) -> IntakeRefused:
    """The checker's refusal as an exception with bounded, printable contents."""
    answer = cleaned(json.loads(data))
    params = {
        name: value if isinstance(value, int) else printable(str(value))[:PLACE_CHARACTERS]
        for name, value in answer["params"].items()
    }
    if answer["code"] not in REFUSALS:
        raise EngineUnavailable(ENGINE_ERROR, f"intake refused with an unknown code {answer['code']!r}")
    return IntakeRefused(answer["code"], str(answer["place"])[:PLACE_CHARACTERS], params)


def _failure(state: Mapping[str, Any], conversation: Conversation) -> Exception:
    """An archive that exhausts the checker is the vendor's to mend; anything else is ours."""
    if conversation.too_slow or state.get("OOMKilled") or state.get("ExitCode") == KILLED:
        return IntakeRefused("too_demanding")
    return EngineUnavailable(ENGINE_ERROR, f"the intake program failed: {conversation.errors.text()[-1000:]}")
