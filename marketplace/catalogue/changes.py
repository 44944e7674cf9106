"""The sentence for each change between two versions of an interface, in the visitor's language."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from marketplace.catalogue.comparison import BREAKING_RULES, Change

SENTENCES = {
    "operation-removed": _("the operation %(name)s is gone"),
    "operation-added": _("the operation %(name)s is new"),
    "parameter-required": _("the parameter “%(name)s” is now required"),
    "parameter-removed": _("the parameter “%(name)s” is gone"),
    "parameter-added": _("the parameter “%(name)s” is new and optional"),
    "body-required": _("a request body is now required"),
    "request-field-required": _("the field “%(name)s” must now be sent"),
    "request-type-changed": _("“%(name)s” takes fewer types of value than before"),
    "request-value-removed": _("“%(name)s” takes fewer values than before"),
    "answer-removed": _("the answer %(name)s is gone"),
    "answer-added": _("the answer %(name)s is new"),
    "response-field-removed": _("the field “%(name)s” is no longer answered"),
    "response-field-optional": _("the field “%(name)s” may now be missing from the answer"),
    "response-type-changed": _("“%(name)s” is answered with other types of value than before"),
    "field-added": _("the field “%(name)s” is new"),
}


def sentence(change: Change) -> str:
    """Return what changed, as part of a sentence."""
    return str(SENTENCES[change.rule]) % {"name": change.name}


def as_dicts(found: Iterable[Change]) -> list[dict[str, object]]:
    """Return the changes as stored on a version."""
    return [
        {"rule": each.rule, "place": each.place, "name": each.name, "breaking": each.rule in BREAKING_RULES}
        for each in found
    ]


def from_dicts(stored: Iterable[dict[str, object]]) -> list[Change]:
    """Return the changes of a stored version."""
    return [Change(str(each["rule"]), str(each["place"]), str(each["name"])) for each in stored]
