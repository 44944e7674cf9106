"""Versions of an interface: numbered upwards, breaking only with a new major number, never changed."""

import json

import pytest
import yaml
from django.db import IntegrityError, transaction

from marketplace.catalogue.models import Interface, InterfaceVersion
from marketplace.catalogue.sentences import DocumentRefused
from marketplace.catalogue.services import interfaces as services
from marketplace.catalogue.signals import interface_version_published
from marketplace.core.errors import Conflict, MoveRefused
from tests import factory
from tests.catalogue.factory import document

pytestmark = pytest.mark.django_db


@pytest.fixture
def interface(cast):
    return Interface.objects.create(department=cast.police, code="population", name_zh="人口库", name_en="Population")


@pytest.fixture
def upload(interface, cast, now):
    def send(made):
        content = made if isinstance(made, bytes) else json.dumps(made).encode()
        return services.upload_version(interface=interface, content=content, by=cast.editor, now=now)

    return send


@pytest.fixture
def stable(upload, cast, now):
    version = upload(document())
    services.publish_version(version=version, by=cast.publisher, now=now)
    return version


def rules(refusal):
    return {each.rule for each in refusal.value.findings}


def test_a_version_is_what_its_document_says(upload):
    version = upload(document("1.2.0"))
    assert (version.version, version.state, version.scopes) == ("1.2.0", "draft", ["person.identity"])
    assert version.sha256 == services.fingerprint(document("1.2.0"))
    assert version.scope_titles() == [{"code": "person.identity", "zh": "姓名和证件", "en": "Name and document"}]


def test_yaml_gives_the_same_version(upload):
    version = upload(yaml.safe_dump(document(), allow_unicode=True).encode())
    assert version.sha256 == services.fingerprint(document())


@pytest.mark.parametrize("number", ["1", "1.0", "v1.0.0", "01.0.0", "1.0.0.0", "latest"])
def test_a_number_that_is_no_semantic_version(upload, number):
    with pytest.raises(DocumentRefused) as refusal:
        upload(document(number))
    assert rules(refusal) == {"version-not-semantic"}


def test_the_same_number_twice(upload):
    upload(document())
    with pytest.raises(DocumentRefused) as refusal:
        upload(document())
    assert rules(refusal) == {"version-taken"}


@pytest.mark.parametrize("number", ["1.0.9", "0.9.0", "1.1.0-rc.1"])
def test_a_number_that_does_not_rise(upload, number):
    upload(document("1.1.0"))
    with pytest.raises(DocumentRefused) as refusal:
        upload(document(number))
    assert rules(refusal) == {"version-not-greater"}


def test_ten_comes_after_nine(upload):
    upload(document("1.9.0"))
    assert upload(document("1.10.0")).version == "1.10.0"


def broken(number):
    made = document(number)
    del made["components"]["schemas"]["Person"]["properties"]["sex"]
    return made


def test_a_breaking_change_needs_a_new_major_number(upload, stable):
    with pytest.raises(DocumentRefused) as refusal:
        upload(broken("1.1.0"))
    assert rules(refusal) == {"breaking"}
    version = upload(broken("2.0.0"))
    assert (version.compared_with, [each["rule"] for each in version.changes]) == ("1.0.0", ["response-field-removed"])


def test_what_became_stable_meanwhile_counts_when_publishing(upload, cast, now):
    first, second = upload(document()), upload(broken("1.1.0"))
    services.publish_version(version=first, by=cast.publisher, now=now)
    with pytest.raises(DocumentRefused) as refusal:
        services.publish_version(version=second, by=cast.publisher, now=now)
    assert rules(refusal) == {"breaking"}
    assert InterfaceVersion.objects.get(pk=second.pk).state == "draft"


def test_the_refusal_names_every_breaking_change_with_its_line(upload, stable):
    made = broken("1.1.0")
    made["paths"]["/verifications"]["post"]["responses"] = {"202": {"description": "later"}}
    with pytest.raises(DocumentRefused) as refusal:
        upload(json.dumps(made, indent=1, ensure_ascii=False).encode())
    told = [(each.params["change"], each.line) for each in refusal.value.findings]
    assert len(told) == 2
    assert all(line for _change, line in told)
    assert "sex" in told[0][0]
    assert "POST /verifications" in told[1][0]


def test_what_only_warns_or_adds_needs_no_new_major_number(upload, stable):
    made = document("1.1.0")
    made["components"]["schemas"]["Person"]["properties"]["age"] = {"type": "integer"}
    made["paths"]["/subject"]["get"]["deprecated"] = True
    version = upload(made)
    assert {each["severity"] for each in version.changes} == {"warning", "addition"}


def test_a_preview_keeps_nothing(interface, stable):
    found = services.preview(interface=interface, content=json.dumps(broken("1.1.0")).encode())
    assert [each.rule for each in found] == ["response-field-removed"]
    assert InterfaceVersion.objects.count() == 1


def test_a_document_of_another_interface(upload):
    with pytest.raises(DocumentRefused) as refusal:
        upload(document(**{"x-minshi-interface": "rental"}))
    assert rules(refusal) == {"interface-mismatch"}


def test_a_secret_field_is_not_published(upload):
    made = document()
    made["components"]["schemas"]["Person"]["properties"]["name"]["x-minshi-secret"] = True
    with pytest.raises(DocumentRefused) as refusal:
        upload(made)
    (finding,) = refusal.value.findings
    assert (finding.rule, finding.place) == ("secret-field", "/components/schemas/Person/properties/name")


def test_publishing_is_news(stable, upload, cast, now):
    heard = []

    def listen(sender, **news):
        heard.append(news["version"])

    interface_version_published.connect(listen)
    try:
        version = upload(document("1.1.0"))
        services.publish_version(version=version, by=cast.publisher, now=now, state="beta")
    finally:
        interface_version_published.disconnect(listen)
    assert heard == [version]


@pytest.mark.parametrize("field", ["document", "sha256", "version"])
def test_the_database_refuses_to_change_a_published_version(stable, field):
    changed = {"document": {}, "sha256": "0" * 64, "version": "9.9.9"}[field]
    with pytest.raises(IntegrityError), transaction.atomic():
        InterfaceVersion.objects.filter(pk=stable.pk).update(**{field: changed})
    stable.refresh_from_db()
    assert stable.document == document()


def test_a_published_version_is_not_removed(stable, cast, now):
    with pytest.raises(Conflict):
        services.discard_version(version=stable, by=cast.editor, now=now)


MOVES = {
    "publish": ("draft alpha beta", lambda version, who, now: version.publish(by=who, now=now)),
    "deprecate": ("stable", lambda version, who, now: version.deprecate(by=who, now=now, sunset_on=now.date())),
    "retire": ("alpha beta deprecated", lambda version, who, now: version.retire(by=who, now=now)),
}


@pytest.mark.parametrize("state", InterfaceVersion.State.values)
@pytest.mark.parametrize("verb", MOVES)
def test_every_verb_from_every_state(cast, now, state, verb):
    version = factory.interface_version(cast.police, state=state, sunset_on=now.date())
    allowed, move = MOVES[verb]
    if state in allowed.split():
        move(version, cast.publisher, now)
        assert InterfaceVersion.objects.get(pk=version.pk).state != state
    else:
        with pytest.raises(MoveRefused):
            move(version, cast.publisher, now)
        assert InterfaceVersion.objects.get(pk=version.pk).state == state
