"""The public site: built once, in every language, light, and within its budget of queries."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from wagtail.models import Page, Site

from cms.models import DepartmentWindowPage, HelpPage, HomePage, StandardsPage
from cms.services import build_site
from marketplace.catalogue.models import LifeEvent
from tests import factory

PUBLIC = ["", "departments/", "departments/psb/", "help/", "help/privacy/", "help/vendors/", "awards/", "standards/"]
WEIGHT = 60 * 1024
QUERIES = 12


@pytest.fixture
def market(cast, now):
    listing = factory.market(cast, now=now)
    event = LifeEvent.objects.create(code="moving", name_zh="我要来澄州生活", name_en="Moving to Chengzhou")
    event.service_items.add(listing.service_item)
    build_site()
    return listing


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_answers_in_its_language(client, market, language):
    for path in PUBLIC:
        response = client.get(f"/{language}/{path}")
        assert response.status_code == 200, path
        assert f'<html lang="{language}"' in response.content.decode(), path


def test_building_again_changes_nothing(market):
    page = HelpPage.objects.get(slug="privacy", locale__language_code="en")
    page.title = "Edited"
    page.save()
    before = list(Page.objects.order_by("path").values_list("path", "title"))
    call_command("build_site")
    assert list(Page.objects.order_by("path").values_list("path", "title")) == before


def test_a_new_department_gets_its_window(client, market):
    transport = factory.department("transport", name_zh="市交通局", name_en="Transport Bureau")
    factory.service_item(transport)
    assert "市交通局" not in client.get("/zh-hans/").content.decode()
    assert build_site() == 2
    assert "市交通局" in client.get("/zh-hans/departments/transport/").content.decode()
    assert "市交通局" in client.get("/zh-hans/").content.decode()


def test_languages_are_translations_of_each_other(market):
    for chinese in HomePage.objects.get(locale__language_code="zh-hans").get_descendants(inclusive=True):
        assert chinese.get_translations().count() == 1
    assert Site.objects.count() == 1


def test_the_root_leads_to_the_language_home(client, market):
    assert client.get("/").url == "/zh-hans/"
    client.get("/en/")
    assert client.get("/").url == "/en/"


def test_home_shows_services_windows_and_figures(client, market):
    text = client.get("/zh-hans/").content.decode()
    for wanted in ("居住证签发", "我要来澄州生活", "市公安局", 'action="/zh-hans/catalogue/search/"', 'name="q"'):
        assert wanted in text


def test_drafts_stay_hidden(client, market, cast):
    factory.service_item(cast.police, name_zh="未发布事项", state="draft")
    for path in ("", "departments/psb/"):
        assert "未发布事项" not in client.get(f"/zh-hans/{path}").content.decode()


def test_a_department_window_shows_its_own_things_only(client, market, cast):
    factory.service_item(cast.housing, name_zh="房屋租赁登记备案")
    text = client.get("/zh-hans/departments/psb/").content.decode()
    assert "居住证签发" in text
    assert "房屋租赁登记备案" not in text


def test_the_policy_s_numbers_are_in_the_standards(client, market):
    text = client.get("/zh-hans/standards/").content.decode()
    assert "m = 20" in text
    assert "$" not in text
    assert {block.value["anchor"] for block in StandardsPage.objects.first().standards} >= {"score", "fee", "award"}


@pytest.mark.parametrize("rows", [1, 30])
def test_queries_do_not_grow_with_rows(client, market, cast, now, django_assert_max_num_queries, rows):
    event = LifeEvent.objects.get()
    for number in range(rows):
        item = factory.service_item(cast.police, name_zh=f"事项{number}")
        event.service_items.add(item)
        factory.order(item, now=now)
        factory.department(f"office-{number}")
    for path in PUBLIC:
        client.get(f"/zh-hans/{path}")  # content types and the site's root are remembered by the process
        with django_assert_max_num_queries(QUERIES, info=path):
            client.get(f"/zh-hans/{path}")


def test_awards_are_empty_until_published(client, market):
    assert 'class="empty"' in client.get("/zh-hans/awards/").content.decode()


def test_weight(client, market):
    for path in PUBLIC:
        text = client.get(f"/zh-hans/{path}").content
        weight = len(gzip.compress(text))
        for name in set(re.findall(r'(?:href|src)="/static/([^"]+)"', text.decode())):
            weight += len(gzip.compress(Path(finders.find(name)).read_bytes()))
        assert weight < WEIGHT, path


def test_windows_belong_to_departments(market, cast):
    assert set(DepartmentWindowPage.objects.values_list("department", flat=True)) == {cast.police.pk, cast.housing.pk}
