"""The end of a version: announced for a later day, its people told, held back while it is in use."""

import json
from datetime import date, timedelta

import pytest
from django.urls import reverse

from marketplace.accounts.services import issue_token
from marketplace.catalogue import ending
from marketplace.catalogue.models import InterfaceVersion
from marketplace.catalogue.reliance import people_of, relying_on
from marketplace.catalogue.services import lifecycle
from marketplace.core.errors import Conflict, InvalidInput
from marketplace.notices.models import Notice
from marketplace.notices.rendering import letter_of
from tests import factory
from tests.catalogue.factory import document

pytestmark = pytest.mark.django_db
LATER = date(2026, 12, 31)


@pytest.fixture
def stable(cast):
    return factory.interface_version(cast.police, code="population", document=document())


@pytest.fixture
def used(cast, stable, now):
    """The version with an open order, a listed app under it, a claim without an app, and an order that is over."""
    listing = factory.market(cast, now=now)
    listing.version.order.interface_versions.add(stable)
    over = factory.order(listing.service_item, now=now, state="closed")
    over.interface_versions.add(stable)
    other = factory.vendor(now=now, owner=factory.person("other"))
    factory.claim(listing.version.order, other, by=other.members.get().user, now=now)
    return listing


def deprecate(version, cast, now, **more):
    return lifecycle.deprecate_version(version=version, by=cast.publisher, now=now, sunset_on=LATER, **more)


def test_the_last_day_lies_in_the_future(stable, cast, now):
    with pytest.raises(InvalidInput):
        lifecycle.deprecate_version(version=stable, by=cast.publisher, now=now, sunset_on=now.date())
    deprecate(stable, cast, now)
    assert (stable.state, stable.deprecated_at) == ("deprecated", now)


def test_it_does_not_end_before_its_last_day_is_over_whatever_the_reason(stable, cast, now):
    deprecate(stable, cast, now)
    with pytest.raises(Conflict) as refusal:
        lifecycle.retire_version(version=stable, by=cast.publisher, now=now, reason="a good reason indeed")
    assert refusal.value.code == "before-sunset"
    lifecycle.retire_version(version=stable, by=cast.publisher, now=now + timedelta(days=365))
    found = InterfaceVersion.objects.get(pk=stable.pk)
    assert (found.state, found.retired_at) == ("retired", now + timedelta(days=365))


def test_who_relies_on_it(stable, used, cast, now):
    found = relying_on(stable)
    assert [(each.kind, each.in_use) for each in found] == [
        ("listing", True),
        ("order", True),
        ("app", False),
        ("claim", False),
    ]
    people = people_of(found)
    assert {cast.editor, cast.publisher, cast.developer} < people
    assert cast.stranger not in people
    assert len(people) == 4


def test_an_app_that_declares_other_interfaces_only_does_not_rely_on_it(stable, used):
    used.version.manifest = {"interfaces": ["rental"]}
    used.version.save(update_fields=["manifest"])
    assert {each.kind for each in relying_on(stable)} == {"order", "claim"}


def test_those_who_rely_on_it_are_told_once_what_to_do(stable, used, cast, now):
    hit = deprecate(stable, cast, now, advice="改用 2.0.0")
    told = Notice.objects.filter(kind="interface-ending")
    assert {each.user for each in told} == people_of(hit)
    letter = letter_of(told.get(user=cast.developer), language="zh-hans")
    assert "2026-12-31" in letter.subject
    assert "改用 2.0.0" in letter.body
    assert "/zh-hans/catalogue/interfaces/population/1.0.0/" in letter.url


def test_what_is_in_use_ends_only_with_a_reason_which_is_told(stable, used, cast, now):
    deprecate(stable, cast, now)
    later = now + timedelta(days=365)
    with pytest.raises(Conflict) as refusal:
        lifecycle.retire_version(version=stable, by=cast.publisher, now=later, reason="now")
    assert refusal.value.code == "in-use"
    assert used.app.code in str(refusal.value)
    lifecycle.retire_version(version=stable, by=cast.publisher, now=later, reason="数据库停止运行，无法继续提供")
    letter = letter_of(Notice.objects.get(kind="interface-ended", user=cast.developer), language="zh-hans")
    assert "数据库停止运行" in letter.body


def test_a_refused_end_tells_nobody(stable, used, cast, now):
    deprecate(stable, cast, now)
    with pytest.raises(Conflict):
        lifecycle.retire_version(version=stable, by=cast.publisher, now=now)
    assert not Notice.objects.filter(kind="interface-ended").exists()


def test_machines_are_told_by_headers(stable, cast, now, client):
    assert ending.headers(stable) == {}
    deprecate(stable, cast, now)
    answer = client.get("/api/v1/interfaces/population/1.0.0")
    assert answer["Deprecation"] == f"@{int(now.timestamp())}"
    assert answer["Sunset"] == "Thu, 31 Dec 2026 16:00:00 GMT"
    assert client.get("/zh-hans/catalogue/interfaces/population/1.0.0/openapi.json")["Sunset"] == answer["Sunset"]


class TestPages:
    """The publisher sees who is hit before saying the last day."""

    def test_the_page_lists_who_is_hit_and_how_many_are_told(self, client, stable, used, cast):
        client.force_login(cast.publisher)
        page = client.get(reverse("catalogue:deprecate_version", args=[stable.pk])).content.decode()
        assert used.version.order.code in page
        assert used.app.code in page
        assert page.count("<li><div>") == 4

    def test_ending_what_is_in_use_asks_for_the_reason(self, client, stable, used, cast, now):
        InterfaceVersion.objects.filter(pk=stable.pk).update(state="deprecated", sunset_on=date(2020, 1, 1))
        client.force_login(cast.publisher)
        url = reverse("catalogue:retire_version", args=[stable.pk])
        answer = client.post(url, {"reason": ""})
        assert answer.status_code == 422
        assert "reason" in answer.context["form"].errors
        assert client.post(url, {"reason": "数据库停止运行，无法继续提供"}).status_code == 302

    @pytest.mark.parametrize("who", ["editor", "stranger", "developer"])
    @pytest.mark.parametrize("name", ["deprecate_version", "retire_version"])
    def test_only_publishers_end_versions(self, client, stable, cast, who, name):
        client.force_login(getattr(cast, who))
        url = reverse(f"catalogue:{name}", args=[stable.pk])
        assert client.get(url).status_code == 404
        assert client.post(url, {"sunset_on": "2099-01-01"}).status_code == 404


class TestApi:
    """A department's own systems do the same with a token."""

    @pytest.fixture
    def call(self, client, cast, now):
        def send(method, path, given=None, *, user=cast.publisher, scopes=("catalogue:publish",), department=None):
            _token, secret = issue_token(
                name="ci", user=user, scopes=list(scopes), now=now, lifetime=timedelta(days=9000), department=department
            )
            return getattr(client, method)(
                f"/api/v1/interfaces/{path}",
                json.dumps(given) if given is not None else None,
                content_type="application/json",
                headers={"authorization": f"Bearer {secret}"},
            )

        return send

    def test_from_draft_to_retired(self, call, stable, cast):
        InterfaceVersion.objects.filter(pk=stable.pk).update(state="draft")
        for state in ("alpha", "beta", "stable"):
            assert call("post", "population/1.0.0/publish", {"state": state}).json()["state"] == state
        given = {"sunset_on": "2099-01-01", "advice": "use 2.0.0"}
        told = call("post", "population/1.0.0/deprecate", given).json()
        assert (told["state"], told["sunset_on"], told["advice"]) == ("deprecated", "2099-01-01", "use 2.0.0")
        refused = call("post", "population/1.0.0/retire", {})
        assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (409, "before-sunset")

    def test_the_impact_comes_first(self, call, stable, used):
        told = call("get", "population/1.0.0/impact").json()
        assert [each["kind"] for each in told] == ["listing", "order", "app", "claim"]
        assert told[0]["state"] == "listed"

    def test_who_may_not(self, call, stable, cast):
        path = "population/1.0.0/publish"
        assert call("post", path, {}, scopes=["catalogue:write"]).status_code == 403
        assert call("post", path, {}, user=cast.editor).status_code == 404
        assert call("post", path, {}, department=cast.housing).status_code == 403
        assert call("get", "population/1.0.0/impact", user=cast.stranger).status_code == 404

    def test_a_draft_is_discarded_by_its_editor_only(self, call, stable, cast):
        write = {"user": cast.editor, "scopes": ["catalogue:write"]}
        assert call("delete", "population/1.0.0", **write).status_code == 409
        InterfaceVersion.objects.filter(pk=stable.pk).update(state="draft")
        assert call("delete", "population/1.0.0", scopes=["catalogue:write"]).status_code == 404
        assert call("delete", "population/1.0.0", **write).status_code == 204
        assert not InterfaceVersion.objects.exists()
