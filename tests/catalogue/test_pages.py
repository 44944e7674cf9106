"""Pages of the catalogue: the right role gets in, others meet a 404 or the sign-in."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from marketplace.catalogue.models import Interface, InterfaceVersion, SearchWish, ServiceItem, Synonym
from marketplace.catalogue.search import index_item
from tests import factory
from tests.catalogue.factory import document, item_fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(cast):
    made = factory.service_item(cast.police)
    index_item(made)
    return made


def signed_in(client, user):
    if user is not None:
        client.force_login(user)
    return client


class TestPublicPages:
    """What everybody sees."""

    def test_the_search_shows_department_and_number_of_apps(self, client, cast, item, now):
        page = client.get("/zh-hans/catalogue/search/", {"q": "暂住证"})
        assert page.status_code == 200
        text = page.content.decode()
        assert "居住证签发" in text
        assert "市公安局" in text

    def test_a_search_without_result_is_noted_without_digits(self, client, cast):
        for _ in range(2):
            page = client.get("/en/catalogue/search/", {"q": "钓鱼证 13800000000"})
            assert page.status_code == 200
        assert list(SearchWish.objects.values_list("query", "times")) == [("钓鱼证", 2)]

    def test_an_empty_search_says_what_to_do(self, client, db):
        assert client.get("/en/catalogue/search/").status_code == 200

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_the_guide_of_a_service(self, client, cast, item, language):
        page = client.get(f"/{language}/catalogue/items/{item.code}/")
        assert page.status_code == 200
        assert item.name_zh in page.content.decode() or item.name_en in page.content.decode()

    def test_a_draft_is_not_there_for_strangers(self, client, cast):
        draft = factory.service_item(cast.police, state="draft")
        url = reverse("catalogue:service_item", args=[draft.code])
        assert client.get(url).status_code == 404
        client.force_login(cast.stranger)
        assert client.get(url).status_code == 404
        client.force_login(cast.editor)
        assert client.get(url).status_code == 200

    def test_an_interface_and_its_version(self, client, cast):
        version = factory.interface_version(cast.police, code="population", document=document())
        assert version.interface.name_zh in client.get("/zh-hans/catalogue/interfaces/").content.decode()
        assert client.get("/zh-hans/catalogue/interfaces/population/").status_code == 200
        page = client.get("/zh-hans/catalogue/interfaces/population/1.0.0/")
        assert "GET /subject" in page.content.decode()
        sent = client.get("/zh-hans/catalogue/interfaces/population/1.0.0/openapi.json")
        assert json.loads(sent.content) == version.document

    def test_a_draft_version_is_not_there_for_strangers(self, client, cast):
        factory.interface_version(cast.police, code="population", document=document(), state="draft")
        url = "/zh-hans/catalogue/interfaces/population/1.0.0/"
        assert client.get(url).status_code == 404
        client.force_login(cast.publisher)
        assert client.get(url).status_code == 200

    def test_pages_need_few_queries_whatever_the_number_of_rows(self, client, cast, django_assert_max_num_queries):
        for _ in range(12):
            index_item(factory.service_item(cast.police))
            factory.interface_version(cast.police)
        with django_assert_max_num_queries(12):
            client.get("/zh-hans/catalogue/search/", {"q": "居住证"})
        with django_assert_max_num_queries(12):
            client.get("/zh-hans/catalogue/interfaces/")

    def test_a_long_guide_needs_few_queries(self, client, cast, item, django_assert_max_num_queries):
        for number in range(12):
            interface = factory.interface_version(cast.housing).interface
            item.materials.create(name_zh="材料", name_en="Material", position=number, supplied_by=interface)
            item.steps.create(name_zh="环节", name_en="Step", position=number, department=cast.housing)
        with django_assert_max_num_queries(12):
            assert client.get(f"/zh-hans/catalogue/items/{item.code}/").status_code == 200


READING = ["catalogue:desk", "catalogue:synonyms"]
WRITING = ["catalogue:new_item", "catalogue:new_interface"]


@pytest.mark.parametrize("name", READING + WRITING)
@pytest.mark.parametrize(
    ("who", "status"), [("editor", 200), ("publisher", None), ("stranger", 404), ("developer", 404), (None, 302)]
)
def test_who_may_open_the_desk(client, cast, name, who, status):
    signed_in(client, getattr(cast, who) if who else None)
    expected = status if status is not None else (200 if name in READING else 404)
    assert client.get(reverse(name)).status_code == expected


class TestServiceItems:
    """Editors write, publishers publish."""

    def form(self, department, **changed):
        empty = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0"}
        rows = {f"{prefix}-{name}": value for prefix in ("materials", "steps") for name, value in empty.items()}
        given = item_fields() | {"department": department.pk, "code": "NEW-1", "fee_charged": "no"}
        return {name: value for name, value in (given | rows | changed).items() if value is not None}

    def test_an_editor_writes_a_new_item_with_a_material_and_a_step(self, client, cast):
        client.force_login(cast.editor)
        rows = {
            "materials-TOTAL_FORMS": "1",
            "steps-TOTAL_FORMS": "1",
            "materials-0-name_zh": "身份证",
            "materials-0-name_en": "Identity card",
            "materials-0-originals": "1",
            "materials-0-copies": "0",
            "materials-0-required": "on",
            "steps-0-department": cast.police.pk,
            "steps-0-name_zh": "受理",
            "steps-0-name_en": "Acceptance",
            "steps-0-days": "1",
        }
        answer = client.post(reverse("catalogue:new_item"), self.form(cast.police, **rows))
        assert answer.status_code == 302, answer.context["form"].errors
        item = ServiceItem.objects.get(code="NEW-1")
        assert (item.state, item.fee_charged) == ("draft", False)
        assert [each.name_zh for each in item.materials.all()] == ["身份证"]
        assert [each.name_zh for each in item.steps.all()] == ["受理"]

    def test_a_code_that_is_taken_is_said_at_its_field(self, client, cast, item):
        client.force_login(cast.editor)
        answer = client.post(reverse("catalogue:new_item"), self.form(cast.police, code=item.code))
        assert answer.status_code == 200
        assert "code" in answer.context["form"].errors

    def test_an_edit_keeps_materials(self, client, cast, item):
        item.materials.create(name_zh="身份证", name_en="Identity card", position=1)
        client.force_login(cast.editor)
        page = client.get(reverse("catalogue:edit_item", args=[item.code]))
        material = item.materials.get()
        rows = {
            "materials-TOTAL_FORMS": "1",
            "materials-INITIAL_FORMS": "1",
            "materials-0-id": material.pk,
            "materials-0-name_zh": "居民身份证",
            "materials-0-name_en": "Identity card",
            "materials-0-originals": "1",
            "materials-0-copies": "0",
        }
        assert page.status_code == 200
        answer = client.post(reverse("catalogue:edit_item", args=[item.code]), self.form(cast.police, **rows))
        assert answer.status_code == 302, (answer.context["form"].errors, answer.context["materials"].errors)
        assert [each.name_zh for each in item.materials.all()] == ["居民身份证"]

    def test_a_published_item_does_not_become_incomplete(self, client, cast, item):
        client.force_login(cast.editor)
        url = reverse("catalogue:edit_item", args=[item.code])
        answer = client.post(url, self.form(cast.police, guide_zh=""))
        assert answer.status_code == 200
        assert "guide_zh" in answer.context["form"].errors
        assert ServiceItem.objects.get(pk=item.pk).guide_zh

    def test_a_publisher_publishes_what_is_complete(self, client, cast):
        item = factory.service_item(cast.police, state="draft")
        client.force_login(cast.editor)
        assert client.post(reverse("catalogue:publish_item", args=[item.code])).status_code == 404
        client.force_login(cast.publisher)
        assert client.post(reverse("catalogue:publish_item", args=[item.code])).status_code == 302
        assert ServiceItem.objects.get(pk=item.pk).state == "published"


class TestInterfaces:
    """Uploads show each error with its place; publishing is the publisher's."""

    def upload(self, client, interface, content):
        url = reverse("catalogue:upload_version", args=[interface.code])
        return client.post(url, {"document": SimpleUploadedFile("openapi.json", content)})

    @pytest.fixture
    def interface(self, cast):
        return Interface.objects.create(
            department=cast.police, code="population", name_zh="人口库", name_en="Population"
        )

    def test_a_document_with_an_error_shows_its_place_and_line(self, client, cast, interface):
        broken = document()
        del broken["paths"]["/subject"]["get"]["responses"]["200"]["description"]
        client.force_login(cast.editor)
        answer = self.upload(client, interface, json.dumps(broken, indent=1).encode())
        assert answer.status_code == 422
        text = answer.content.decode()
        assert "/paths/~1subject/get/responses/200" in text
        assert "description" in text
        assert "20" in text
        assert not InterfaceVersion.objects.exists()

    def test_from_upload_to_the_announced_end(self, client, cast, interface):
        client.force_login(cast.editor)
        answer = self.upload(client, interface, json.dumps(document()).encode())
        assert answer.status_code == 302
        version = InterfaceVersion.objects.get()
        publish = reverse("catalogue:publish_version", args=[version.pk])
        assert client.post(publish, {"state": "stable"}).status_code == 404
        client.force_login(cast.publisher)
        assert client.post(publish, {"state": "stable"}).status_code == 302
        end = reverse("catalogue:deprecate_version", args=[version.pk])
        assert client.get(end).status_code == 200
        assert client.post(end, {"sunset_on": "2020-01-01"}).status_code == 422
        assert client.post(end, {"sunset_on": "2099-01-01"}).status_code == 302
        assert InterfaceVersion.objects.get().state == "deprecated"
        retire = reverse("catalogue:retire_version", args=[version.pk])
        assert client.post(retire).status_code == 422

    def test_whom_a_deprecation_hits_is_shown(self, client, cast, interface, now):
        version = factory.interface_version(cast.police)
        order = factory.order(factory.service_item(cast.police), now=now)
        order.interface_versions.add(version)
        client.force_login(cast.publisher)
        page = client.get(reverse("catalogue:deprecate_version", args=[version.pk]))
        assert order.code in page.content.decode()

    def test_a_draft_is_discarded_and_a_published_version_is_not(self, client, cast):
        draft = factory.interface_version(cast.police, state="draft")
        stable = factory.interface_version(cast.police)
        client.force_login(cast.editor)
        assert client.post(reverse("catalogue:discard_version", args=[draft.pk])).status_code == 302
        assert client.post(reverse("catalogue:discard_version", args=[stable.pk])).status_code == 409
        assert list(InterfaceVersion.objects.all()) == [stable]

    @pytest.mark.parametrize("who", ["stranger", "publisher"])
    def test_only_editors_upload(self, client, cast, interface, who):
        client.force_login(getattr(cast, who))
        assert self.upload(client, interface, b"{}").status_code == 404


def test_synonyms_are_added_and_removed(client, cast, item):
    client.force_login(cast.editor)
    client.post(reverse("catalogue:synonyms"), {"word": "绿卡", "means": "居住证"})
    assert "居住证签发" in client.get("/zh-hans/catalogue/search/", {"q": "绿卡"}).content.decode()
    synonym = Synonym.objects.get(word="绿卡")
    client.post(reverse("catalogue:remove_synonym", args=[synonym.pk]))
    assert not Synonym.objects.filter(word="绿卡").exists()
