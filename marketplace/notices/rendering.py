"""Turns a notice into words: subject, text and address in a person's language, from the template of its kind."""

from dataclasses import dataclass

from django.conf import settings
from django.template.loader import select_template
from django.utils import translation

from marketplace.notices.models import Notice

PLAIN = "notices/plain.txt"


@dataclass(frozen=True)
class Letter:
    """What a person reads; `url` is absolute, `path` is for links on our own pages."""

    subject: str
    body: str
    path: str
    url: str

    @property
    def text(self) -> str:
        """The body without the address, for our own pages."""
        return self.body.removesuffix(self.url).strip()


def letter_of(notice: Notice, *, language: str) -> Letter:
    """Return the notice in the language; a kind without a template of its own gets a plain sentence."""
    with translation.override(language):
        path = path_in(notice.path, language=language)
        url = settings.BASE_URL + path if path else ""
        template = select_template([f"notices/{notice.kind}.txt", PLAIN])
        text = template.render({"notice": notice, "url": url, **notice.params})
    subject, _, body = text.strip().partition("\n")
    return Letter(subject.strip(), body.strip(), path, url)


def path_in(path: str, *, language: str) -> str:
    """Return the path of a page in another language, whether or not it names one already."""
    if not path.startswith("/"):
        return path
    first, _, rest = path[1:].partition("/")
    rest = rest if first in dict(settings.LANGUAGES) else path[1:]
    return f"/{language}/{rest}"
