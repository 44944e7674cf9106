"""The sentence for each rule of the comparison of two versions, in the visitor's language."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _

from marketplace.catalogue.comparison import RULES, Change

_FIRST_NAMES = {"field-added": "response-field-added"}  # of changes stored before the table had sides

SENTENCES: dict[str, object] = {
    "operation-removed": _("the operation %(name)s is gone"),
    "operation-added": _("the operation %(name)s is new"),
    "operation-deprecated": _("the operation %(name)s is marked as deprecated"),
    "operation-renamed": _("the operationId of %(name)s changed from %(was)s to %(now)s; generated code calls it so"),
    "news-removed": _("the department no longer sends “%(name)s” by itself"),
    "news-added": _("the department now sends “%(name)s” by itself"),
    "security-demanded": _("it could be called by anybody and now asks for a sign-in: %(name)s"),
    "security-way-removed": _("the sign-in %(name)s is no longer enough"),
    "security-scope-demanded": _("the sign-in now needs more scopes: %(name)s"),
    "security-scheme-changed": _("the sign-in scheme “%(name)s” works differently"),
    "security-relaxed": _("there are more ways to sign in, or it needs less"),
    "personal-data-added": _("it now reveals more personal data: %(name)s; apps must declare it"),
    "personal-data-removed": _("it no longer reveals the personal data %(name)s"),
    "comparison-cut": _("the rest is too intricate to be compared by rule; look at it by hand"),
    "parameter-removed": _("the parameter “%(name)s” is gone"),
    "parameter-renamed": _("the parameter “%(was)s” is now called “%(now)s”"),
    "parameter-moved": _("the parameter “%(name)s” moved from %(was)s to %(now)s"),
    "path-parameter-renamed": _(
        "the parameter of the path is called “%(now)s” instead of “%(was)s”; calls don't notice"
    ),
    "parameter-required-added": _("the parameter “%(name)s” is new and required"),
    "parameter-required": _("the parameter “%(name)s” is now required"),
    "parameter-optional": _("the parameter “%(name)s” is no longer required"),
    "parameter-added": _("the parameter “%(name)s” is new and optional"),
    "parameter-style-changed": _("the parameter “%(name)s” is written differently: %(was)s → %(now)s"),
    "body-required": _("a request body is now required"),
    "body-optional": _("the request body is no longer required"),
    "body-added": _("a request body may now be sent"),
    "body-removed": _("there is no request body any more"),
    "request-media-removed": _("the request is no longer taken as %(name)s"),
    "request-media-added": _("the request is now also taken as %(name)s"),
    "request-type-changed": _("“%(name)s” takes fewer types of value than before: %(was)s → %(now)s"),
    "request-type-widened": _("“%(name)s” takes more types of value: %(was)s → %(now)s"),
    "request-null-refused": _("“%(name)s” no longer takes null"),
    "request-null-accepted": _("“%(name)s” may now be null"),
    "request-value-removed": _("“%(name)s” takes fewer values than before: without %(was)s"),
    "request-value-added": _("“%(name)s” takes more values: %(now)s"),
    "request-max-length-reduced": _("“%(name)s” must be shorter: at most %(now)s characters (was %(was)s)"),
    "request-min-length-raised": _("“%(name)s” must be longer: at least %(now)s characters (was %(was)s)"),
    "request-maximum-reduced": _("the largest value of “%(name)s” fell: %(now)s (was %(was)s)"),
    "request-minimum-raised": _("the smallest value of “%(name)s” rose: %(now)s (was %(was)s)"),
    "request-max-items-reduced": _("“%(name)s” takes fewer entries: at most %(now)s (was %(was)s)"),
    "request-min-items-raised": _("“%(name)s” needs more entries: at least %(now)s (was %(was)s)"),
    "request-max-properties-reduced": _("“%(name)s” takes fewer fields: at most %(now)s (was %(was)s)"),
    "request-min-properties-raised": _("“%(name)s” needs more fields: at least %(now)s (was %(was)s)"),
    "request-multiple-changed": _("“%(name)s” must be a multiple of %(now)s (was %(was)s)"),
    "request-unique-items-demanded": _("the entries of “%(name)s” must now differ from each other"),
    "request-limit-relaxed": _("a limit of “%(name)s” is looser: %(was)s → %(now)s"),
    "request-pattern-changed": _("“%(name)s” must fit another pattern: %(now)s (was %(was)s)"),
    "request-format-changed": _("“%(name)s” must have another format: %(now)s (was %(was)s)"),
    "request-format-relaxed": _("the format of “%(name)s” takes more: %(now)s (was %(was)s)"),
    "request-field-required-added": _("the field “%(name)s” is new and must be sent"),
    "request-field-required": _("the field “%(name)s” must now be sent"),
    "request-field-optional": _("the field “%(name)s” needn't be sent any more"),
    "request-field-added": _("the field “%(name)s” may now be sent"),
    "request-field-refused": _("the field “%(name)s” is gone and is refused when sent"),
    "request-field-removed": _("the field “%(name)s” is gone; when sent it is ignored"),
    "request-additional-closed": _("“%(name)s” no longer takes fields that aren't listed"),
    "request-additional-opened": _("“%(name)s” now takes fields that aren't listed"),
    "request-alternative-removed": _("“%(name)s” no longer takes the form “%(now)s”"),
    "request-alternative-added": _("“%(name)s” also takes the form “%(now)s”"),
    "request-discriminator-changed": _("what tells the forms of “%(name)s” apart changed: %(was)s → %(now)s"),
    "request-default-changed": _("left out, “%(name)s” now means %(now)s (was %(was)s)"),
    "request-field-deprecated": _("“%(name)s” is marked as deprecated in requests"),
    "request-rule-changed": _("“%(name)s” has a changed rule “%(now)s” that isn't compared; look at it by hand"),
    "answer-removed": _("the answer %(name)s is gone"),
    "error-answer-removed": _("the error %(name)s is no longer described"),
    "success-answer-added": _("the answer %(name)s is new; apps may not expect it"),
    "answer-added": _("the answer %(name)s is new"),
    "response-media-removed": _("the answer no longer comes as %(name)s"),
    "response-media-added": _("the answer also comes as %(name)s"),
    "response-header-removed": _("the header %(name)s is no longer answered"),
    "response-header-optional": _("the header %(name)s may now be missing from the answer"),
    "response-header-added": _("the header %(name)s is new in the answer"),
    "response-type-changed": _("“%(name)s” is answered with other types of value than before: %(was)s → %(now)s"),
    "response-type-narrowed": _("“%(name)s” is answered with fewer types of value: %(was)s → %(now)s"),
    "response-null-possible": _("“%(name)s” may now be null in the answer"),
    "response-null-gone": _("“%(name)s” is never null in the answer any more"),
    "response-value-added": _("“%(name)s” may be answered with values that apps don't know: %(now)s"),
    "response-value-removed": _("“%(name)s” is answered with fewer values: without %(was)s"),
    "response-max-length-raised": _("“%(name)s” may be longer in the answer: %(now)s characters (was %(was)s)"),
    "response-min-length-reduced": _("“%(name)s” may be shorter in the answer: %(now)s characters (was %(was)s)"),
    "response-maximum-raised": _("“%(name)s” may be larger in the answer: %(now)s (was %(was)s)"),
    "response-minimum-reduced": _("“%(name)s” may be smaller in the answer: %(now)s (was %(was)s)"),
    "response-max-items-raised": _("“%(name)s” may have more entries in the answer: %(now)s (was %(was)s)"),
    "response-min-items-reduced": _("“%(name)s” may have fewer entries in the answer: %(now)s (was %(was)s)"),
    "response-max-properties-raised": _("“%(name)s” may have more fields in the answer: %(now)s (was %(was)s)"),
    "response-min-properties-reduced": _("“%(name)s” may have fewer fields in the answer: %(now)s (was %(was)s)"),
    "response-multiple-changed": _("“%(name)s” is answered in other steps: %(now)s (was %(was)s)"),
    "response-unique-items-dropped": _("entries of “%(name)s” may repeat in the answer"),
    "response-limit-tightened": _("a limit of “%(name)s” is tighter in the answer: %(was)s → %(now)s"),
    "response-pattern-changed": _("“%(name)s” fits another pattern in the answer: %(now)s (was %(was)s)"),
    "response-format-changed": _("“%(name)s” has another format in the answer: %(now)s (was %(was)s)"),
    "response-format-tightened": _("the format of “%(name)s” is narrower in the answer: %(now)s (was %(was)s)"),
    "response-field-removed": _("the field “%(name)s” is no longer answered"),
    "response-field-optional": _("the field “%(name)s” may now be missing from the answer"),
    "response-field-required": _("the field “%(name)s” is now always answered"),
    "response-field-added": _("the field “%(name)s” is new in the answer"),
    "response-additional-opened": _("“%(name)s” may be answered with fields that aren't listed"),
    "response-additional-closed": _("“%(name)s” is answered with the listed fields only"),
    "response-alternative-added": _("“%(name)s” may be answered in a new form: “%(now)s”"),
    "response-alternative-removed": _("“%(name)s” is no longer answered in the form “%(now)s”"),
    "response-discriminator-changed": _("what tells the answered forms of “%(name)s” apart changed: %(was)s → %(now)s"),
    "response-field-deprecated": _("“%(name)s” is marked as deprecated in answers"),
    "response-rule-changed": _(
        "“%(name)s” has a changed rule “%(now)s” in the answer that isn't compared; look at it by hand"
    ),
}


def sentence(change: Change) -> str:
    """Return what changed, as part of a sentence."""
    said = str(SENTENCES.get(change.rule, change.rule))
    return said % {"name": change.name or "{}", "was": change.was, "now": change.now}


def located(change: Change) -> str:
    """Return what changed with the operation in which it was found."""
    said = sentence(change)
    if not change.where or change.where in said:
        return said
    return str(_("%(where)s: %(change)s") % {"where": change.where, "change": said})


def general(rule: str) -> str:
    """Return the sentence of a rule without a case of it: names and values are dots."""
    return str(SENTENCES[rule]) % {"name": "…", "was": "…", "now": "…"}


def as_dicts(found: Iterable[Change]) -> list[dict[str, object]]:
    """Return the changes as stored on a version."""
    return [
        {
            "rule": each.rule,
            "side": str(RULES[each.rule].side),
            "severity": str(each.severity),
            "breaking": each.breaking,
            "place": each.place,
            "name": each.name,
            "where": each.where,
            "was": each.was,
            "now": each.now,
        }
        for each in found
    ]


def from_dicts(stored: Iterable[Mapping[str, object]]) -> list[Change]:
    """Return the changes of a stored version."""
    texts = ("place", "name", "where", "was", "now")
    return [
        Change(_FIRST_NAMES.get(str(each["rule"]), str(each["rule"])), *(str(each.get(name, "")) for name in texts))
        for each in stored
    ]
