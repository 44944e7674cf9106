"""The vendor's way to a listing as a list of steps, each with where it stands and what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from vendors.models import App, AppVersion, Claim, Vendor

DONE, NOW, NEXT, BAD = "done", "now", "next", "bad"
TESTED = (AppVersion.State.CERTIFIED, AppVersion.State.SUPERSEDED)
WAITING = (AppVersion.State.UPLOADED, AppVersion.State.QUEUED, AppVersion.State.TESTING)
STOPPED = (AppVersion.State.REFUSED, AppVersion.State.FAILED, AppVersion.State.REVOKED)


@dataclass(frozen=True)
class Step:
    """One step: `state` is done, now, next or bad; `url` and `action` lead on, where there is something to do."""

    title: str
    text: str
    state: str
    url: str = ""
    action: str = ""


@dataclass(frozen=True)
class Standing:
    """What the console knows of a vendor; `app` is the app it shows and `versions` are its versions, newest first."""

    vendor: Vendor
    claims: Sequence[Claim]
    app: App | None
    versions: Sequence[AppVersion]
    listed: bool


def steps_of(standing: Standing) -> list[Step]:
    """Return the seven steps from registration to listing; exactly one is `now` or `bad` until all are done."""
    steps = [
        _registered(standing),
        _verified(standing),
        _claimed(standing),
        _app(standing),
        _uploaded(standing),
        _tested(standing),
        _listed(standing),
    ]
    return _only_first_open(steps)


def _only_first_open(steps: list[Step]) -> list[Step]:
    """Let people see one thing to do: steps after the first unfinished one wait, without a link."""
    made: list[Step] = []
    for step in steps:
        waits = step.state != DONE and any(before.state != DONE for before in made)
        made.append(Step(step.title, step.text, NEXT) if waits else step)
    return made


def _registered(standing: Standing) -> Step:
    return Step(_("Company registered"), standing.vendor.credit_code, DONE)


def _verified(standing: Standing) -> Step:
    vendor = standing.vendor
    title = _("Verified by the operator")
    if vendor.state == Vendor.State.VERIFIED:
        return Step(title, _("You can claim orders, ask questions and upload apps."), DONE)
    if vendor.state == Vendor.State.REFUSED:
        url = reverse("vendors:register_again", args=[vendor.code])
        return Step(title, vendor.refusal_reason, BAD, url, _("Put it right"))
    if vendor.state == Vendor.State.SUSPENDED:
        return Step(title, vendor.suspension_reason, BAD)
    text = _("The operator compares the registration with the business register. You get a notice.")
    return Step(title, text, NOW)


def _claimed(standing: Standing) -> Step:
    title = _("An order claimed")
    if standing.claims:
        return Step(title, ", ".join(claim.order.code for claim in standing.claims), DONE)
    text = _("Read the orders of the departments, ask what is unclear, and claim one.")
    return Step(title, text, NOW, reverse("orders:board"), _("Go to the order board"))


def _app(standing: Standing) -> Step:
    title = _("App described")
    if standing.app:
        return Step(title, standing.app.name_zh, DONE, reverse("vendors:app", args=[standing.app.code]), _("Open"))
    text = _("Name, one sentence, privacy statement, and where users get help.")
    if not standing.claims:
        return Step(title, text, NEXT)
    url = reverse("vendors:create_app", args=[standing.claims[0].order.code])
    return Step(title, text, NOW, url, _("Describe the app"))


def _uploaded(standing: Standing) -> Step:
    title = _("A version uploaded")
    if standing.versions:
        return Step(title, standing.versions[0].version, DONE)
    text = _("An image archive and what the app declares about itself.")
    return Step(title, text, NOW, _upload_url(standing), _("Upload a version"))


def _tested(standing: Standing) -> Step:
    title = _("Passed the sandbox")
    states = [version.state for version in standing.versions]
    if any(state in TESTED for state in states):
        return Step(title, _("The certificate is on the page of the app."), DONE)
    if states and states[0] in WAITING:
        url = reverse("vendors:app", args=[standing.app.code]) if standing.app else ""
        return Step(title, standing.versions[0].get_state_display(), NOW, url, _("Look at the progress"))
    if states and states[0] in STOPPED:
        url = reverse("vendors:app", args=[standing.app.code]) if standing.app else ""
        return Step(title, standing.versions[0].get_state_display(), BAD, url, _("Read why"))
    return Step(title, _("The platform tries the app against simulated departments."), NEXT)


def _listed(standing: Standing) -> Step:
    title = _("Listed for citizens")
    if standing.listed:
        return Step(title, _("Citizens can choose the app."), DONE)
    url = reverse("vendors:app", args=[standing.app.code]) if standing.app else ""
    text = _("Ask for the listing on the page of the app; the operator decides.")
    return Step(title, text, NOW, url, _("Ask for the listing"))


def _upload_url(standing: Standing) -> str:
    return reverse("vendors:upload", args=[standing.app.code]) if standing.app else ""
