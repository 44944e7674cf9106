"""What every page carries: security headers, one policy, the frame, error pages that say what to do."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.views.defaults import server_error

from cms.services import build_site
from marketplace.core.errors import Conflict
from marketplace.core.middleware import DomainErrorMiddleware
from tests import factory

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
}
PATHS = ["", "sign-in/login/", "account/profile/", "catalogue/search/?q=x", "orders/", "nothing-here/"]
APPS = ("marketplace", "vendors", "sandbox", "billing", "cms")
TEMPLATES = sorted(path for app in APPS for path in (settings.ROOT / app).rglob("templates/**/*.html"))


@pytest.fixture
def visitor(client, cast, now):
    factory.market(cast, now=now)
    build_site()
    client.force_login(cast.citizen)
    return client


def test_strict_policy_and_headers(visitor):
    for path in PATHS:
        response = visitor.get(f"/zh-hans/{path}")
        parts = (part.strip() for part in response["Content-Security-Policy"].split(";"))
        assert dict(part.split(" ", 1) for part in parts if part) == POLICY, path
        assert response["X-Content-Type-Options"] == "nosniff", path
        assert response["X-Frame-Options"] == "DENY", path
        assert response["Referrer-Policy"] == "same-origin", path
        assert response["Cross-Origin-Opener-Policy"] == "same-origin", path


@pytest.mark.parametrize("path", ["/cms-admin/", "/admin/"])
def test_the_admin_sites_have_policies_of_their_own(client, cast, path):
    cast.stranger.is_staff = cast.stranger.is_superuser = True
    cast.stranger.save()
    client.force_login(cast.stranger)
    policy = client.get(path, follow=True)["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy


def test_the_admin_sites_send_visitors_to_the_one_entrance(client, db):
    for path in ("/cms-admin/", "/admin/"):
        response = client.get(path, follow=True)
        assert "/sign-in/login/" in response.redirect_chain[-1][0]


def test_htmx_is_configured_for_the_policy(visitor):
    text = visitor.get("/zh-hans/").content.decode()
    assert '"includeIndicatorStyles":false' in text
    assert '"allowEval":false' in text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.ROOT)))
def test_no_inline_style_or_script(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|\son[a-z]+=|hx-on|<style|<script(?![^>]*\bsrc=)|javascript:", text)


def test_stylesheet_uses_logical_properties_only():
    text = Path(finders.find("minshi.css")).read_text()
    physical = re.findall(
        r"^\s*(?:margin|padding|border)-(?:left|right|top|bottom)|^\s*(?:left|right|width|height):", text, re.M
    )
    assert physical == []
    assert not re.search(r"float:|text-align: (?:left|right)|letter-spacing", text)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_not_found_says_what_to_do(visitor, language):
    response = visitor.get(f"/{language}/nothing-here/")
    assert response.status_code == 404
    assert "12345" in response.content.decode()
    assert 'role="search"' in response.content.decode()


def test_a_forms_address_opened_as_a_page_says_what_to_do(client, cast):
    client.force_login(cast.maker)
    response = client.get("/en/finance/open/", headers={"Accept": "text/html"})
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "only takes a form" in response.content.decode()
    plain = client.put("/api/v1/service-items", headers={"Accept": "application/json"})
    assert (plain.status_code, b"<html" in plain.content) == (405, False)


def test_an_expired_form_says_what_to_do(db):
    from django.test import Client  # noqa: PLC0415

    response = Client(enforce_csrf_checks=True).post("/zh-hans/sign-in/login/", {})
    assert response.status_code == 403
    assert "这个表单已失效" in response.content.decode()


def test_a_fault_of_ours_needs_no_database():
    response = server_error(RequestFactory().get("/"), template_name="errors/500.html")
    assert response.status_code == 500
    assert "12345" in response.content.decode()


def test_a_refused_rule_is_a_page_with_its_sentence(rf, cast):
    request = rf.get("/")
    request.user = cast.citizen
    response = DomainErrorMiddleware(lambda _request: None).process_exception(request, Conflict("Already taken."))
    assert response.status_code == 409
    assert "Already taken." in response.content.decode()
    assert DomainErrorMiddleware(lambda _request: None).process_exception(request, ValueError()) is None


def test_forms_name_their_errors_and_hints(rf, cast):
    from marketplace.accounts.forms import TokenForm  # noqa: PLC0415

    text = str(TokenForm({}, user=cast.publisher))
    assert 'class="error-summary"' in text
    assert 'href="#id_name"' in text
    assert 'aria-describedby="id_name_helptext id_name_error"' in text
    assert 'id="id_name_error"' in text
    assert 'aria-invalid="true"' in text


def test_a_language_is_only_a_setting():
    assert [code for code, _name in settings.LANGUAGES] == ["zh-hans", "en"]
    assert 'dir="rtl"' not in render_to_string("errors/500.html")
