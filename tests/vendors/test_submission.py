"""Uploading a version: every fault is told in a sentence, and nothing is left behind."""

import hashlib
import io
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from kombu.exceptions import OperationalError

from marketplace.core import clock
from marketplace.core.errors import Conflict, DomainError, InvalidInput, NotAllowed
from marketplace.orders.models import DemandOrder
from tests import factory as people_factory
from tests.vendors import factory
from tests.vendors.conftest import Answering
from vendors import archives, services
from vendors.models import AppVersion, Claim, Member, Vendor
from vendors.signals import version_submitted
from vendors.tasks import sweep_archives

Submit = Callable[..., AppVersion]


class BreaksOff(io.BytesIO):
    """A connection that dies in the middle."""

    def read(self, size: int = -1, /) -> bytes:
        if self.tell():
            raise ConnectionResetError
        return super().read(4)


@pytest.fixture
def submit(answering: Answering, now: datetime, settings: object, tmp_path: Path) -> Submit:
    """Submit with everything right but what the test changes."""
    settings.MEDIA_ROOT = tmp_path

    def submit(**changes: object) -> AppVersion:
        content, sha256 = factory.archive()
        usual = {
            "app": answering.app,
            "order": answering.order,
            "version": "1.0.0",
            "archive": content,
            "sha256": sha256,
            "manifest": factory.manifest(answering.order),
            "by": answering.developer,
            "now": now,
        }
        return services.submit_version(**(usual | changes))

    return submit


def stored() -> list[str]:
    """Return the names of the archives in the storage."""
    return default_storage.listdir(archives.FOLDER)[1] if default_storage.exists(archives.FOLDER) else []


def refused(submit: Submit, **changes: object) -> DomainError:
    """Return the refusal of a submission that leaves nothing behind."""
    rows, files = AppVersion.objects.count(), stored()
    with pytest.raises(DomainError) as caught:
        submit(**changes)
    assert AppVersion.objects.count() == rows
    assert stored() == files
    return caught.value


def test_the_archive_is_stored_and_hashed_while_it_streams(submit: Submit, settings: object) -> None:
    content = bytes(range(256)) * 20_000
    version = submit(archive=io.BytesIO(content), sha256=hashlib.sha256(content).hexdigest())
    assert version.state in {AppVersion.State.UPLOADED, AppVersion.State.QUEUED}
    assert version.archive_bytes == len(content)
    assert version.archive_sha256 == hashlib.sha256(content).hexdigest()
    with version.archive.open() as archive:
        assert archive.read() == content


def test_without_an_announced_digest_the_computed_one_counts(submit: Submit) -> None:
    assert submit(sha256="").archive_sha256 == factory.archive()[1]


def test_an_upload_that_breaks_off(submit: Submit) -> None:
    assert refused(submit, archive=BreaksOff(b"an image archive")).code == "archive-cut-off"


def test_an_upload_that_arrives_short(submit: Submit) -> None:
    error = refused(submit, archive=io.BytesIO(b"an image arch"))
    assert (error.code, error.field) == ("archive-digest", "sha256")
    assert "13" in str(error)


def test_a_wrong_digest(submit: Submit) -> None:
    assert refused(submit, sha256="0" * 64).code == "archive-digest"


@pytest.mark.parametrize("digest", ["abc", "z" * 64, "sha256:" + "0" * 57])
def test_a_digest_that_is_none(submit: Submit, digest: str) -> None:
    assert refused(submit, sha256=digest).code == "sha256-form"


def test_a_capital_digest_is_read(submit: Submit) -> None:
    assert submit(sha256=factory.archive()[1].upper())


def test_an_empty_archive(submit: Submit) -> None:
    assert refused(submit, archive=io.BytesIO(), sha256="").code == "archive-empty"


def test_one_byte_over_the_limit(submit: Submit, settings: object) -> None:
    content, sha256 = factory.archive()
    settings.APP_ARCHIVE_MAX_BYTES = len(content.getvalue())
    assert submit(archive=content, sha256=sha256)
    more = content.getvalue() + b"!"
    error = refused(submit, archive=io.BytesIO(more), sha256=hashlib.sha256(more).hexdigest(), version="1.0.1")
    assert (error.code, error.status) == ("archive-too-large", 413)


def test_a_full_disk(submit: Submit, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_given: object, **_more: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(default_storage, "save", full)
    assert refused(submit).code == "storage-failed"


def test_the_same_upload_again_is_the_same_version(submit: Submit) -> None:
    heard: list[AppVersion] = []
    version_submitted.connect(hear := lambda version, **_rest: heard.append(version))
    first = submit()
    assert submit() == first
    assert submit(sha256="") == first
    version_submitted.disconnect(hear)
    assert heard == [first]
    assert len(stored()) == 1


def test_the_same_number_with_another_archive(submit: Submit) -> None:
    submit()
    other, sha256 = factory.archive(b"another archive")
    error = refused(submit, archive=other, sha256=sha256)
    assert (error.code, error.field) == ("version-taken", "version")
    assert submit(archive=io.BytesIO(other.getvalue()), sha256=sha256, version="1.0.1")


def test_the_same_number_with_another_manifest(submit: Submit, answering: Answering) -> None:
    submit()
    assert refused(submit, manifest=factory.manifest(answering.order, memory_mb=64)).code == "version-taken"


def test_the_number_of_a_refused_archive_is_free_again(submit: Submit, now: datetime) -> None:
    AppVersion.objects.filter(pk=submit().pk).update(state=AppVersion.State.REFUSED)
    other, sha256 = factory.archive(b"a better archive")
    assert submit(archive=other, sha256=sha256).version == "1.0.0"
    assert AppVersion.objects.count() == 2


def test_the_refused_archive_again_is_the_same_refusal(submit: Submit) -> None:
    first = submit()
    AppVersion.objects.filter(pk=first.pk).update(state=AppVersion.State.REFUSED)
    assert submit() == first


def test_the_database_allows_one_submission_per_number(submit: Submit) -> None:
    row = submit()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize(
    "number", ["", "1", "1.0", "v1.0.0", "1.0.0+build", "1.0.0 ; rm", "1" * 41, "01.0.0", "一.0.0"]
)
def test_a_wrong_version_number(submit: Submit, number: str) -> None:
    assert refused(submit, version=number).field == "version"


@pytest.mark.parametrize("number", ["0.1.0", "1.0.0-rc.1", " 2.0.0 "])
def test_a_right_version_number(submit: Submit, number: str) -> None:
    assert submit(version=number).version == number.strip()


def test_when_a_receiver_fails_nothing_is_kept(submit: Submit) -> None:
    def fail(**_given: object) -> None:
        raise RuntimeError

    version_submitted.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            submit()
    finally:
        version_submitted.disconnect(fail)
    assert AppVersion.objects.count() == 0
    assert stored() == []


@pytest.mark.parametrize("state", ["draft", "review", "suspended", "closed", "withdrawn"])
def test_only_an_open_order_takes_versions(submit: Submit, answering: Answering, state: str) -> None:
    DemandOrder.objects.filter(pk=answering.order.pk).update(state=state)
    assert refused(submit).code == "order-not-open"


def test_after_the_last_day(submit: Submit, answering: Answering) -> None:
    DemandOrder.objects.filter(pk=answering.order.pk).update(submissions_close_on=date(2026, 8, 2))
    assert refused(submit).code == "submissions-closed"


@pytest.mark.parametrize(("state", "may"), [("active", True), ("delivered", True), ("withdrawn", False)])
def test_a_claim_that_stands_is_needed(submit: Submit, state: str, may: bool) -> None:
    Claim.objects.update(state=state)
    if may:
        assert submit()
    else:
        assert refused(submit).code == "claim-first"


def test_an_order_for_another_service(submit: Submit, cast: people_factory.Cast, now: datetime) -> None:
    assert refused(submit, order=factory.order(cast, now=now)).code == "other-service"


@pytest.mark.parametrize("state", ["registered", "refused", "suspended"])
def test_only_a_verified_vendor_uploads(submit: Submit, answering: Answering, state: str) -> None:
    Vendor.objects.filter(pk=answering.vendor.pk).update(state=state)
    assert isinstance(refused(submit), NotAllowed)


@pytest.mark.parametrize(("role", "may"), [("developer", True), ("finance", False), ("viewer", False), ("", False)])
def test_roles_that_upload(
    submit: Submit, answering: Answering, cast: people_factory.Cast, role: str, may: bool
) -> None:
    if role:
        Member.objects.create(vendor=answering.vendor, user=cast.citizen, role=role)
    if may:
        assert submit(by=cast.citizen).uploaded_by == cast.citizen
    else:
        assert isinstance(refused(submit, by=cast.citizen), NotAllowed)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"port": 80}, "port"),
        ({"port": 9000}, "port"),
        ({"port": "8080"}, "port"),
        ({"port": True}, "port"),
        ({"health_path": "healthz"}, "health_path"),
        ({"health_path": "/x?y=1"}, "health_path"),
        ({"health_path": "/\r\nX: y"}, "health_path"),
        ({"memory_mb": 257}, "memory_mb"),
        ({"memory_mb": 0}, "memory_mb"),
        ({"memory_mb": 1.5}, "memory_mb"),
        ({"interfaces": ["tax"]}, "interfaces"),
        ({"interfaces": "population"}, "interfaces"),
        ({"scopes": ["income"]}, "scopes"),
        ({"scopes": [["name"]]}, "scopes"),
        ({"scopes": ["name", "name"]}, "scopes"),
        ({"languages": ["en"]}, "languages"),
        ({"languages": ["zh-hans", "fr"]}, "languages"),
        ({"privileged": True}, "privileged"),
    ],
)
def test_a_manifest_is_refused_at_its_place(
    submit: Submit, answering: Answering, changes: dict[str, object], place: str
) -> None:
    error = refused(submit, manifest=factory.manifest(answering.order, **changes))
    assert isinstance(error, InvalidInput)
    assert error.field == f"manifest/{place}"


@pytest.mark.parametrize("manifest", [None, [], "port", 7, {}])
def test_garbage_is_no_manifest(submit: Submit, manifest: object) -> None:
    assert refused(submit, manifest=manifest).field.startswith("manifest")


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("https://permit.example.org", True),
        ("http://127.0.0.1:9101", True),
        ("http://localhost:9101/", True),
        ("", True),
        ("http://permit.example.org", False),
        ("http://127.0.0.1.example.org", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("ftp://example.org", False),
    ],
)
def test_citizens_are_sent_to_safe_addresses_only(answering: Answering, now: datetime, address: str, may: bool) -> None:
    def move() -> None:
        services.update_app(app=answering.app, by=answering.developer, now=now, address=address)

    if may:
        move()
        assert answering.vendor.apps.get().address == address
        return
    with pytest.raises(InvalidInput) as refused:
        move()
    assert refused.value.field == "address"


@pytest.mark.parametrize("colour", ["red", "#12", "#0b5a6b;x", ""])
def test_a_colour_is_a_colour(answering: Answering, now: datetime, colour: str) -> None:
    with pytest.raises(InvalidInput):
        services.update_app(app=answering.app, by=answering.developer, now=now, accent=colour)


def test_what_a_killed_upload_left_is_swept(submit: Submit, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = submit()
    left = archives.store(factory.archive(b"left behind")[0])
    assert sweep_archives() == 0
    assert len(stored()) == 2
    later = clock.now() + timedelta(days=2)
    monkeypatch.setattr(clock, "_source", lambda: later)
    assert sweep_archives() == 1
    assert not default_storage.exists(left.name)
    assert default_storage.exists(kept.archive.name)


def test_the_archive_of_a_version_that_failed_long_ago_is_swept(
    submit: Submit, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    kept, failed = submit(version="1.0.0"), submit(version="1.0.1")
    name, today = failed.archive.name, clock.now()
    AppVersion.objects.filter(pk=failed.pk).update(state="failed", uploaded_at=today)
    for days, left in ((settings.FAILED_ARCHIVE_DAYS - 1, True), (settings.FAILED_ARCHIVE_DAYS + 1, False)):
        monkeypatch.setattr(clock, "_source", lambda days=days: today + timedelta(days=days))
        sweep_archives()
        assert default_storage.exists(name) is left
    failed.refresh_from_db()
    assert not failed.archive
    assert default_storage.exists(kept.archive.name)


@pytest.mark.parametrize("state", ["failed", "revoked", "superseded"])
def test_the_upload_of_a_version_that_is_over_is_swept(
    submit: Submit, monkeypatch: pytest.MonkeyPatch, settings: object, state: str
) -> None:
    kept, over = submit(version="1.0.0"), submit(version="1.0.1")
    tested = {"score": 90, "image_digest": "sha256:1", "certified_at": clock.now()}
    AppVersion.objects.filter(pk=over.pk).update(state=state, **tested)
    sweep_much_later(monkeypatch, settings)
    assert not default_storage.exists(over.archive.name)
    assert default_storage.exists(kept.archive.name)


def test_an_upload_is_swept_once_the_sandbox_has_an_image_of_its_own(
    submit: Submit, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    version = submit()
    AppVersion.objects.update(image_digest="sha256:1", state="queued")
    sweep_much_later(monkeypatch, settings)
    version.refresh_from_db()
    assert not version.archive
    assert stored() == []


def sweep_much_later(monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    """Sweep on the day after the last one of every archive that stands today."""
    AppVersion.objects.update(uploaded_at=clock.now())
    later = clock.now() + timedelta(days=settings.FAILED_ARCHIVE_DAYS + 1)
    monkeypatch.setattr(clock, "_source", lambda: later)
    sweep_archives()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("error", "is_told"), [(OperationalError("away"), False), (ZeroDivisionError(), True)])
def test_a_broker_that_is_away_costs_no_archive(
    submit: Submit, monkeypatch: pytest.MonkeyPatch, error: Exception, is_told: bool
) -> None:
    def delay(*_args: object) -> None:
        raise error

    monkeypatch.setattr("sandbox.tasks.take_in.delay", delay)
    with pytest.raises(type(error)) if is_told else nullcontext():
        submit()
    version = AppVersion.objects.get()
    assert version.state == "uploaded"
    assert default_storage.exists(version.archive.name)


def test_an_app_needs_a_claim_and_is_one_per_service(cast: people_factory.Cast, now: datetime) -> None:
    demand = factory.order(cast, now=now)
    usual = {"vendor": cast.vendor, "service_item": demand.service_item, "by": cast.developer, "now": now}
    with pytest.raises(Conflict) as early:
        services.create_app(**usual, name_zh="居住证通", name_en="Permit")
    assert early.value.code == "claim-first"
    people_factory.claim(demand, cast.vendor, by=cast.developer, now=now)
    app = services.create_app(**usual, name_zh="居住证通", name_en="Permit")
    with pytest.raises(Conflict) as twice:
        services.create_app(**usual, name_zh="居住证通二", name_en="Permit 2")
    assert twice.value.code == "one-app-per-service"
    services.update_app(app=app, by=cast.developer, now=now, name_zh="居住证快办")
    assert cast.vendor.apps.get().name_zh == "居住证快办"
