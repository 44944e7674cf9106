"""The sentence for each rule of a document, in the visitor's language: what is wrong and what to do."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.catalogue.findings import Finding
from marketplace.core.errors import DomainError

SENTENCES: dict[str, object] = {
    "too-large": _("The document is larger than %(limit)s KiB. Move examples and long texts elsewhere."),
    "not-utf8": _("The file isn't UTF-8 text. Save it as UTF-8 and upload it again."),
    "not-text": _("The document holds characters that aren't text (NUL or half a surrogate pair). Remove them."),
    "empty": _("The file is empty."),
    "json-syntax": _("This isn't valid JSON: %(detail)s, column %(column)s."),
    "yaml-syntax": _("This isn't valid YAML: %(detail)s."),
    "yaml-alias": _("YAML anchors and aliases aren't taken. Write the part out, or use a $ref inside the document."),
    "yaml-tag": _("YAML tags such as %(tag)s aren't taken. Use plain values."),
    "yaml-documents": _("The file holds more than one YAML document. Upload one."),
    "key-not-text": _("A key must be a plain text."),
    "duplicate-key": _("The key “%(name)s” is there twice. Keep one."),
    "not-a-number": _("%(name)s isn't a number that JSON knows."),
    "number-too-long": _("A number has too many digits."),
    "too-deep": _("The document is nested deeper than %(limit)s levels."),
    "too-many": _("The document has more than %(limit)s parts."),
    "not-an-object": _("The document must be an object with the field “openapi”."),
    "openapi-version": _("The field “openapi” must name version 3.0.x or 3.1.x."),
    "no-operations": _("The document describes no operation. Add at least one path with a method."),
    "reference-outside": _("“%(reference)s” points out of the document. References must stay inside it (#/…)."),
    "reference-missing": _("“%(reference)s” points at nothing. Correct the reference or add the part."),
    "reference-circle": _("“%(reference)s” leads back to itself, or over too many other references."),
    "reference-kind": _("“%(reference)s” doesn't lead to a %(wanted)s, which belongs here."),
    "too-many-here": _("There are more than %(limit)s entries here. Split the interface or name the part once."),
    "too-many-operations": _("The document describes more than %(limit)s operations. Split the interface."),
    "path-twice": _("This path is the same address as %(first)s. Merge the two."),
    "reference-base": _("“%(keyword)s” changes what references mean and isn't taken. Remove it."),
    "dialect": _("The schema dialect %(dialect)s isn't taken. Leave it out to use JSON Schema 2020-12."),
    "missing": _("The required field “%(name)s” is missing here."),
    "unknown-field": _("A field here isn't known to OpenAPI: %(names)s. Check its spelling or prefix it with x-."),
    "wrong-type": _("The value must be of the type %(wanted)s."),
    "not-one-of": _("The value must be one of: %(values)s."),
    "does-not-fit": _("The value doesn't fit: %(detail)s."),
    "operation-twice": _("The operationId “%(name)s” is used already at %(first)s. Each must be unique."),
    "parameter-twice": _("The parameter “%(name)s” is there twice."),
    "path-parameter-missing": _(
        "The path names {%(name)s}, but no parameter of that name with “in: path” is declared."
    ),
    "path-parameter-unused": _("The parameter “%(name)s” has “in: path”, but the path doesn't name {%(name)s}."),
    "pattern-too-long": _("The pattern is longer than 300 characters. Split it or describe it in words."),
    "pattern-broken": _("The pattern isn't a regular expression that we can read."),
    "pattern-slow": _(
        "The pattern could run for very long: a repetition without an end holds another or alternatives."
    ),
    "version-not-semantic": _("“%(version)s” isn't a semantic version. Write it as 1.0.0 (major.minor.patch)."),
    "version-not-greater": _(
        "Version %(version)s isn't greater than %(last)s, the last one uploaded. Raise the number."
    ),
    "version-taken": _("Version %(version)s is there already. A version never changes; raise the number."),
    "interface-mismatch": _("The document says it is “%(given)s”, but this interface is “%(wanted)s”."),
    "secret-field": _("The field is marked secret (x-minshi-secret) and can't be published. Take it out."),
    "breaking": _("This breaks apps that use version %(last)s: %(change)s. Publish it under a new major number."),
}


def register(table: Mapping[str, object]) -> None:
    """Add the sentences of a layer above; their rules must be new ones or say the same."""
    SENTENCES.update(table)


def sentence(finding: Finding) -> str:
    """Return the sentence of a finding."""
    return str(SENTENCES[finding.rule]) % finding.params if finding.params else str(SENTENCES[finding.rule])


def as_dicts(findings: Iterable[Finding]) -> list[dict[str, object]]:
    """Return the findings for pages and problem details: rule, place, line, detail."""
    return [{"rule": f.rule, "place": f.place, "line": f.line, "detail": sentence(f)} for f in findings]


class DocumentRefused(DomainError):
    """A document can't be taken; `findings` say where and why."""

    code = "document-refused"
    status = 422

    def __init__(self, findings: Iterable[Finding], *, field: str = "document"):
        self.findings = list(findings)
        errors = as_dicts(self.findings)
        first = errors[0]
        message = gettext("The document can't be taken: %(count)s error(s). First, at %(place)s: %(detail)s") % {
            "count": len(errors),
            "place": first["place"] or "/",
            "detail": first["detail"],
        }
        super().__init__(message, field=field, extra={"errors": errors})
