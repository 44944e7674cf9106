"""What every page needs to know of the visitor: large text, languages, and where they are on the site."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

ELDER_COOKIE = "minshi_elder"
SECTIONS: tuple[tuple[object, str, list[str]], ...] = (
    (_("Services"), "wagtail_serve", [""]),
    (_("Demand orders"), "orders:board", []),
    (_("Open interfaces"), "catalogue:interfaces", []),
    (_("Awards"), "wagtail_serve", ["awards/"]),
    (_("Help"), "wagtail_serve", ["help/"]),
)


@dataclass(frozen=True)
class Language:
    """One language of the site and this page's address in it."""

    code: str
    name: str
    url: str
    current: bool


@dataclass(frozen=True)
class Section:
    """One entry of the main navigation."""

    title: object
    url: str
    current: bool


def preferences(request: HttpRequest) -> dict[str, object]:
    """Return elder mode, the page's address in each language and the main navigation."""
    return {"elder_mode": elder_mode(request), "languages": _languages(request), "sections": _sections(request)}


def elder_mode(request: HttpRequest) -> bool:
    """Return whether the visitor wants large text: by the cookie, else by what the account remembers."""
    if ELDER_COOKIE in request.COOKIES:
        return request.COOKIES[ELDER_COOKIE] == "1"
    return bool(getattr(getattr(request, "user", None), "elder_mode", False))


def _languages(request: HttpRequest) -> list[Language]:
    path = request.get_full_path()
    active = get_language()
    return [Language(code, name, translate_url(path, code), code == active) for code, name in settings.LANGUAGES]


def _sections(request: HttpRequest) -> list[Section]:
    made = []
    for title, name, arguments in SECTIONS:
        try:
            url = reverse(name, args=arguments)
        except NoReverseMatch:
            continue
        home = arguments == [""]
        current = request.path == url if home else request.path.startswith(url)
        made.append(Section(title, url, current))
    return made
