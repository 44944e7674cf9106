"""Takes in a department's signed daily file of decisions, whole or not at all.

The format and the signature are described in docs/decisions/0201-signed-daily-file.md.
"""

import base64
import binascii
import csv
import hashlib
import io
from collections import Counter
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Department, User
from marketplace.core import audit
from marketplace.core.errors import Conflict, DomainError, InvalidInput, NotAllowed
from marketplace.store import policy, progress
from marketplace.store.models import Case, DecisionFile, DepartmentKey
from marketplace.store.services.reports import Report, take_in

COLUMNS = ["case", "decision", "occurred_at", "result", "reason", "remedy"]
TOTAL = "TOTAL"
DECISIONS = [kind for kind in progress.KINDS if kind != progress.REQUESTED]


def register_department_key(
    *, department: Department, name: str, public_key: str, by: User, now: datetime
) -> DepartmentKey:
    """Register the Ed25519 public key (32 raw bytes, base64) with which the department signs its daily files."""
    if not by.can_in(department, "catalogue.publish"):
        raise NotAllowed(_("Only the department's publishers register keys."))
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
    except (ValueError, binascii.Error) as error:
        message = _("This isn't an Ed25519 public key: 32 bytes in base64.")
        raise InvalidInput(message, code="bad-key", field="public_key") from error
    with transaction.atomic():
        if DepartmentKey.objects.filter(public_key=public_key).exists():
            raise Conflict(_("This key is registered already."), code="key-registered")
        key = DepartmentKey.objects.create(
            department=department, name=name, public_key=public_key, registered_by=by, registered_at=now
        )
        audit.record("key_registered", key, by=by, now=now, after={"public_key": public_key})
    return key


def revoke_department_key(*, key: DepartmentKey, by: User, now: datetime) -> None:
    """End a key at once; files signed with it are refused from now on."""
    if not by.can_in(key.department, "catalogue.publish"):
        raise NotAllowed(_("Only the department's publishers register keys."))
    with transaction.atomic():
        if DepartmentKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now):
            audit.record("key_revoked", key, by=by, now=now)


def import_decisions_csv(
    *, department: Department, content: bytes, signature: str, by: User, now: datetime
) -> tuple[DecisionFile, bool]:
    """Take in one daily file; return it and whether it is new. The same file again changes nothing.

    `signature` is the Ed25519 signature over the exact bytes, base64, by a registered key of the department. Refused
    as a whole with InvalidInput naming the row when a row or a control total is wrong.
    """
    if not by.can_in(department, "cases.decide"):
        raise NotAllowed(_("Only the department's own people bring in its decisions."))
    if len(content) > policy.DECISION_BYTES:
        raise InvalidInput(_("The file is too large."), code="file-too-large", field="file")
    key = _signed_by(department, content, signature)
    sha256 = hashlib.sha256(content).hexdigest()
    reports = _read(department, content, sha256, by)
    with transaction.atomic():
        earlier = DecisionFile.objects.select_for_update().filter(department=department, sha256=sha256).first()
        if earlier:
            return earlier, False
        outcomes: Counter[str] = Counter()
        for number, report in reports:
            outcomes[_take_in_row(number, report, now)] += 1
        made = DecisionFile.objects.create(
            department=department,
            sha256=sha256,
            key=key,
            rows=len(reports),
            applied=outcomes[progress.APPLIED],
            waiting=outcomes[progress.REVIEW],
            imported_by=by,
            imported_at=now,
        )
        audit.record("imported", made, by=by, now=now, after={"sha256": sha256, "rows": made.rows})
    return made, True


def _signed_by(department: Department, content: bytes, signature: str) -> DepartmentKey:
    try:
        raw = base64.b64decode("".join(signature.split()), validate=True)
    except (ValueError, binascii.Error):
        raw = b""
    for key in DepartmentKey.objects.filter(department=department, revoked_at=None):
        try:
            Ed25519PublicKey.from_public_bytes(base64.b64decode(key.public_key)).verify(raw, content)
        except InvalidSignature:
            continue
        return key
    message = _("The signature doesn't fit the file and any registered key of your department. Nothing was taken in.")
    raise InvalidInput(message, code="bad-signature", field="signature")


def _read(department: Department, content: bytes, sha256: str, by: User) -> list[tuple[int, Report]]:
    """Return (line number, report) for every row, after checking the control totals."""
    try:
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
        if b"\x00" in content:
            raise csv.Error("NUL")
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput(_("This isn't a CSV file in UTF-8."), code="not-csv", field="file") from error
    if not lines or lines[0] != COLUMNS:
        message = _("The first line must be: %(columns)s") % {"columns": ",".join(COLUMNS)}
        raise InvalidInput(message, code="bad-header", field="file")
    if len(lines) > policy.DECISION_ROWS:
        raise InvalidInput(_("The file is too large."), code="file-too-large", field="file")
    reports: list[tuple[int, Report]] = []
    totals: dict[str, int] = {}
    for number, row in enumerate(lines[1:], start=2):
        if row and row[0] == TOTAL:
            totals.update(_total(number, row))
        elif row and totals:
            raise _refusal(number, _("rows after the control totals"))
        elif row:
            reports.append((number, _report(number, row, department, sha256, by)))
    counted = Counter(report.kind for _number, report in reports)
    if totals != {"rows": len(reports), **counted}:
        found = ", ".join(f"{name}={count}" for name, count in sorted({"rows": len(reports), **counted}.items()))
        message = _("The control totals don't fit the rows: the file has %(counted)s.") % {"counted": found}
        raise InvalidInput(message, code="bad-totals", field="file")
    return reports


def _total(number: int, row: list[str]) -> dict[str, int]:
    if len(row) < 3 or not row[2].isdecimal() or any(row[3:]):
        raise _refusal(number, _("a control total is TOTAL, what is counted, and the count"))
    return {row[1]: int(row[2])}


def _report(number: int, row: list[str], department: Department, sha256: str, by: User) -> Report:
    if len(row) != len(COLUMNS):
        raise _refusal(number, _("it has %(found)s columns, not %(wanted)s") % {"found": len(row), "wanted": 6})
    values = dict(zip(COLUMNS, (value.strip() for value in row), strict=True))
    if values["decision"] not in DECISIONS:
        raise _refusal(number, _("there is no decision “%(decision)s”") % {"decision": values["decision"][:40]})
    try:
        at = parse_datetime(values["occurred_at"])
    except ValueError:
        at = None
    if at is None:
        raise _refusal(number, _("occurred_at must look like 2026-08-03T10:00:00+08:00"))
    return Report(
        source=f"csv:{department.code}",
        event_id=f"{sha256[:32]}/{number}",
        kind=values["decision"],
        case_number=values["case"],
        occurred_at=timezone.make_aware(at, timezone.get_default_timezone()) if timezone.is_naive(at) else at,
        department=department,
        confirmed_by=Case.ConfirmedBy.CSV,
        by=by,
        words={name: values[name] for name in ("result", "reason", "remedy") if values[name]},
    )


def _take_in_row(number: int, report: Report, now: datetime) -> str:
    try:
        return take_in(report, now=now).event.outcome
    except DomainError as refusal:
        raise _refusal(number, refusal.message) from refusal


def _refusal(number: int, why: object) -> InvalidInput:
    message = _("Line %(number)s: %(why)s. Nothing of the file was taken in.") % {"number": number, "why": why}
    return InvalidInput(message, code="bad-row", field="file", extra={"line": number})
