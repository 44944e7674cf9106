"""Pages on which developers try an interface; without JavaScript, each sees only their own calls."""

import json

import pytest
from django.urls import reverse

from marketplace.accounts.models import ApiToken
from marketplace.accounts.services import find_token
from sandbox.tryout import departments
from sandbox.tryout.models import TryCall
from tests.sandbox.tryout.factory import published

pytestmark = pytest.mark.django_db
OPERATIONS = {"register": 2, "apply": 4, "get": 5}


@pytest.fixture
def residence(cast):
    return published("residence", cast.police)


def address(name, *more):
    return reverse(f"tryout:{name}", args=["residence", 1, *more])


def test_everybody_sees_sample_data_of_the_chosen_person(client, cast):
    published("population", cast.police)
    url = reverse("tryout:interface", args=["population", 1])
    for person in (0, 3):
        page = client.get(url, {"person": person}).content.decode()
        assert departments.city().person(person).document_number in page
    assert client.get(url, {"person": "nobody"}).status_code == 200
    assert client.get(reverse("tryout:interface", args=["population", 9])).status_code == 404


def test_the_catalogue_leads_here(client, residence):
    version = client.get(f"/zh-hans/catalogue/interfaces/residence/{residence.version}/").content.decode()
    assert address("interface") in version
    operation = client.get(
        f"/zh-hans/catalogue/interfaces/residence/{residence.version}/operations/3/"
    ).content.decode()
    assert address("call", 3) in operation


def test_a_form_is_filled_with_what_the_city_knows(client, residence, cast):
    client.force_login(cast.developer)
    page = client.get(address("call", OPERATIONS["apply"]), {"person": 5})
    body = json.loads(page.context["form"]["body"].value())
    assert body["name"] == departments.city().person(5).name


def test_a_call_from_the_form_is_shown_with_its_answer_and_found_later(client, residence, cast):
    client.force_login(cast.developer)
    home = departments.city().home_of(0)
    body = json.dumps({"address_no": home.address_no, "moved_in_on": "2025-12-01"})
    url = address("call", OPERATIONS["register"])
    form = client.get(url).context["form"]
    header = next(name for name in form.fields if name.startswith("parameter_"))
    answer = client.post(url, {"person": 0, "body": body, header: "a" * 16}, follow=True)
    page = answer.content.decode()
    assert "201" in page
    assert "curl -i -X POST" in page
    assert TryCall.objects.get().taken
    listed = client.get(address("interface")).content.decode()
    assert "POST /registrations" in listed
    client.post(address("afresh"))
    assert not TryCall.objects.exists()


def test_what_is_refused_is_an_answer_not_an_error_of_the_page(client, residence, cast):
    client.force_login(cast.developer)
    form = client.get(address("call", OPERATIONS["register"])).context["form"]
    header = next(name for name in form.fields if name.startswith("parameter_"))
    answer = client.post(
        address("call", OPERATIONS["register"]), {"person": 0, "body": "{", header: "a" * 16}, follow=True
    )
    assert answer.status_code == 200
    assert TryCall.objects.get().status == 400


def test_a_value_in_the_path_stays_in_its_segment(client, residence, cast):
    client.force_login(cast.developer)
    client.post(address("call", OPERATIONS["get"]), {"person": 0, "parameter_0": "../../x?y=1#z 'q'"})
    made = TryCall.objects.get()
    assert made.path == "/permit-applications/..%2F..%2Fx%3Fy%3D1%23z%20%27q%27"
    page = client.get(address("made", made.pk)).content.decode()
    assert "&#x27;q&#x27;" not in page.partition("curl")[2]


def test_the_command_line_is_quoted(client, residence, cast, now):
    made = TryCall.objects.create(
        user=cast.developer,
        version=residence,
        at=now,
        method="POST",
        path="/x",
        body="it's; $(reboot) `x`",
        content_type="application/json",
        status=400,
    )
    client.force_login(cast.developer)
    curl = client.get(address("made", made.pk)).context["curl"]
    assert """--data-raw 'it'"'"'s; $(reboot) `x`'""" in curl


def test_nobody_sees_the_calls_of_others(client, residence, cast, now):
    made = TryCall.objects.create(user=cast.developer, version=residence, at=now, method="GET", path="/x", status=404)
    client.force_login(cast.citizen)
    assert client.get(address("made", made.pk)).status_code == 404
    client.logout()
    assert client.get(address("made", made.pk)).status_code == 302
    assert client.get(address("call", 1)).status_code == 302


class TestTokens:
    """A developer issues tokens for themself, a few at most."""

    def test_issue_use_and_revoke(self, client, cast, now):
        client.force_login(cast.developer)
        page = client.post(reverse("tryout:tokens"), {"name": "laptop"})
        token = find_token(secret=page.context["secret"], now=now)
        assert (token.scopes, token.user) == (["interfaces:try"], cast.developer)
        assert page["Cache-Control"] == "no-store"
        client.post(reverse("tryout:revoke_token", args=[token.pk]))
        assert find_token(secret=page.context["secret"], now=now) is None

    def test_no_more_than_five(self, client, cast):
        client.force_login(cast.developer)
        for _ in range(6):
            page = client.post(reverse("tryout:tokens"), {"name": "laptop"})
        assert page.context["form"].errors
        assert ApiToken.objects.count() == 5

    def test_tokens_of_others_stay(self, client, cast):
        client.force_login(cast.developer)
        client.post(reverse("tryout:tokens"), {"name": "laptop"})
        client.force_login(cast.citizen)
        assert client.post(reverse("tryout:revoke_token", args=[ApiToken.objects.get().pk])).status_code == 404


def test_a_body_is_sent_as_the_interface_has_it(client, cast):
    schema = {"type": "object", "properties": {"plate": {"type": "string"}}, "required": ["plate"]}
    body = {"content": {"application/x-www-form-urlencoded": {"schema": schema}}}
    park = {"operationId": "park", "requestBody": body, "responses": {"204": {"description": "parked"}}}
    published("residence", cast.police, paths={"/cars": {"post": park}})
    url = address("call", 1)
    client.force_login(cast.developer)
    assert "application/x-www-form-urlencoded" in client.get(url).content.decode()
    client.post(url, {"person": 0, "body": "plate=X1"})
    made = TryCall.objects.get()
    assert (made.content_type, made.status) == ("application/x-www-form-urlencoded", 204)
