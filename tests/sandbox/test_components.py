"""The bill of materials of a version: kept with its intake, shown to whoever may see the version, handed out as is."""

import json

import pytest
from django.urls import reverse

from tests import factory as people_factory
from tests.looks.browser import assert_accessible, sign_in
from tests.sandbox import factory
from tests.sandbox.engine.archives import bill_of, docker_archive, file, tar
from tests.sandbox.test_taking_in import take_in

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"


def bill(packages=3):
    files = [
        file(
            f"app/node_modules/p{number}/package.json",
            json.dumps({"name": f"package-{number:03d}", "version": "1.0", "license": "MIT"}).encode(),
        )
        for number in range(packages)
    ]
    files.append(file("app/node_modules/x/package.json", json.dumps({"name": SCRIPT, "version": SCRIPT}).encode()))
    files.append(file("etc/os-release", b"ID=alpine\nVERSION_ID=3.20\n"))
    return json.loads(bill_of(docker_archive([tar(*files[:45])])))


@pytest.fixture
def version(cast, engine, now):
    engine.sbom = bill()
    found = factory.uploaded(cast, now=now)
    take_in(found)
    return found


def get(client, user, name, version, **query):
    client.force_login(user)
    return client.get(reverse(f"sandbox:{name}", args=[version.pk]), query, headers={"accept-language": "en"})


def test_the_list_shows_components_as_text_and_finds_them_by_name(client, cast, version):
    text = get(client, cast.developer, "components", version).content.decode()
    assert "package-001" in text
    assert "alpine 3.20" in text
    assert SCRIPT not in text
    assert "&lt;script&gt;" in text
    found = get(client, cast.developer, "components", version, q="PACKAGE-002").content.decode()
    assert "package-002" in found
    assert "package-001" not in found
    assert (
        reverse("sandbox:components", args=[version.pk])
        in get(client, cast.developer, "version", version).content.decode()
    )


def test_the_document_is_handed_out_as_intake_wrote_it(client, cast, version, engine):
    response = get(client, cast.developer, "sbom", version)
    assert response["Content-Type"].startswith("application/vnd.cyclonedx+json")
    assert "attachment" in response["Content-Disposition"]
    assert json.loads(response.content) == engine.sbom


@pytest.mark.parametrize("name", ["components", "sbom"])
def test_only_those_who_see_the_version_see_its_components(client, cast, version, name, now):
    assert get(client, cast.operator, name, version).status_code == 200
    assert get(client, cast.citizen, name, version).status_code == 404
    rival = people_factory.person("rival")
    people_factory.vendor(now=now, owner=rival)
    assert get(client, rival, name, version).status_code == 404
    client.logout()
    assert client.get(reverse(f"sandbox:{name}", args=[version.pk])).status_code == 302


def test_a_version_that_was_not_taken_in_has_no_list(client, cast, engine, now):
    waiting = factory.uploaded(cast, now=now)
    assert get(client, cast.developer, "components", waiting).status_code == 404
    assert "components" not in get(client, cast.developer, "version", waiting).content.decode()


@pytest.mark.browser
def test_the_list_is_accessible(page, engine, now):
    people = people_factory.cast(now=now)
    engine.sbom = bill()
    version = factory.uploaded(people, now=now)
    take_in(version)
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    sign_in(page, people.developer)
    page.goto(f"/zh-hans/sandbox/versions/{version.pk}/components/")
    assert_accessible(page)
