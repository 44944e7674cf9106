"""What developers ask of simulated departments: one call, a fresh start, a token of their own."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from semver import Version

from marketplace.accounts.models import ApiToken, User
from marketplace.accounts.services import issue_token
from marketplace.catalogue.models import InterfaceVersion
from marketplace.core.errors import Conflict, DomainError, InvalidInput
from sandbox.tryout import departments
from sandbox.tryout.departments import PEOPLE, Reply, Sent
from sandbox.tryout.models import TryCall

SCOPE = "interfaces:try"
MOST_BYTES = 64 * 1024
MOST_TAKEN = 100
MOST_KEPT = 200
MOST_TOKENS = 5
LIFETIME = timedelta(days=90)


class TooLarge(DomainError):
    """The call is larger than a simulated department takes."""

    code = "too-large"
    status = 413


def too_large() -> TooLarge:
    """Return the refusal of a body beyond MOST_BYTES."""
    return TooLarge(_("The body is larger than %(limit)s KiB.") % {"limit": MOST_BYTES // 1024})


def published(code: str, major: int) -> InterfaceVersion | None:
    """Return the version that answers under a major number: the newest that is stable, else the newest of all."""
    found = InterfaceVersion.objects.published().filter(interface__code=code).select_related("interface__department")
    fitting = [each for each in found if each.major == major]
    firm = [each for each in fitting if each.state in ("stable", "deprecated")] or fitting
    return max(firm, key=lambda each: Version.parse(each.version), default=None)


def call(*, user: User, version: InterfaceVersion, sent: Sent, now: datetime) -> TryCall:
    """Send one call to the simulated department of a version and return it with its answer.

    The department remembers what it took from this developer, and from nobody else. Raises TooLarge, InvalidInput for a
    person who isn't there, Conflict when it took so much that a fresh start is due.
    """
    _check(sent)
    department = departments.open_department(version)
    case = f"try-{user.pk}"
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        taken = list(TryCall.objects.of(user, version).taken())
        if len(taken) >= MOST_TAKEN:
            message = _("The simulated department took %(most)s calls from you. Start afresh to go on.")
            raise Conflict(message % {"most": MOST_TAKEN}, code="start-afresh")
        for each in taken:
            departments.again(department, _as_sent(each), case=case, now=each.at)
        reply = departments.send(department, sent, case=case, now=now)
        made = _kept(user, version, sent, reply, now)
        _trim(user, version)
    return made


def start_afresh(*, user: User, version: InterfaceVersion) -> None:
    """Let the department forget everything that it took from this developer."""
    TryCall.objects.of(user, version).delete()


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """Return the developer's tokens for trying interfaces, without revoked ones."""
    return ApiToken.objects.filter(user=user, department=None, scopes=[SCOPE], revoked_at=None)


def new_token(*, user: User, name: str, now: datetime) -> tuple[ApiToken, str]:
    """Return a token that may try interfaces and nothing else, and its secret."""
    if tokens_of(user).filter(expires_at__gt=now).count() >= MOST_TOKENS:
        message = _("You have %(most)s tokens already. Revoke one that you no longer use.")
        raise Conflict(message % {"most": MOST_TOKENS}, code="too-many-tokens", field="name")
    return issue_token(name=name, user=user, scopes=[SCOPE], now=now, lifetime=LIFETIME)


def _check(sent: Sent) -> None:
    if len(sent.body) > MOST_BYTES:
        raise too_large()
    if len(sent.path) > 1000 or len(sent.query) > 2000 or len(sent.key) > 100:
        raise TooLarge(_("The address or the idempotency key is too long."))
    if not 0 <= sent.person < PEOPLE:
        message = _("The city has people with the numbers 0 to %(last)s.") % {"last": PEOPLE - 1}
        raise InvalidInput(message, field="person")


def _as_sent(kept: TryCall) -> Sent:
    return Sent(
        method=kept.method,
        path=kept.path,
        query=kept.query,
        content_type=kept.content_type,
        body=kept.body.encode(),
        key=kept.key,
        person=kept.person,
    )


def _kept(user: User, version: InterfaceVersion, sent: Sent, reply: Reply, now: datetime) -> TryCall:
    return TryCall.objects.create(
        user=user,
        version=version,
        at=now,
        person=sent.person,
        method=sent.method[:10],
        path=sent.path,
        query=sent.query,
        content_type=sent.content_type[:100],
        body=sent.body.decode(errors="replace").replace("\x00", "�"),
        key=sent.key,
        status=reply.status,
        taken=reply.taken,
        answer=reply.text.replace("\x00", "�"),
        answer_type=reply.media[:100],
    )


def _trim(user: User, version: InterfaceVersion) -> None:
    """Forget the oldest calls that left nothing behind."""
    others = TryCall.objects.of(user, version).filter(taken=False)
    old = list(others.values_list("pk", flat=True)[MOST_KEPT:])
    if old:
        TryCall.objects.filter(pk__in=old).delete()
