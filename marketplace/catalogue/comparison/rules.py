"""The table of the comparison: each rule with the side it looks at and how grave it is (pure).

The sentences are in `catalogue.changes`, one for each rule.
"""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What a change does to apps written for the older version."""

    BREAKING = "breaking"  # they may stop working: needs a new major number
    WARNING = "warning"  # they go on, but somebody should look
    ADDITION = "addition"  # they needn't notice


class Side(StrEnum):
    """Where the change is: in what apps send, in what they read, or in the interface as a whole."""

    WHOLE = "whole"
    REQUEST = "request"
    RESPONSE = "response"


@dataclass(frozen=True)
class Rule:
    """One rule of the comparison."""

    id: str
    side: Side
    severity: Severity


_TABLE = """
whole    breaking operation-removed
whole    addition operation-added
whole    warning  operation-deprecated
whole    warning  operation-renamed
whole    breaking news-removed
whole    warning  news-added
whole    breaking security-demanded
whole    breaking security-way-removed
whole    breaking security-scope-demanded
whole    breaking security-scheme-changed
whole    addition security-relaxed
whole    warning  personal-data-added
whole    addition personal-data-removed
whole    warning  comparison-cut

request  breaking parameter-removed
request  breaking parameter-renamed
request  breaking parameter-moved
request  warning  path-parameter-renamed
request  breaking parameter-required-added
request  breaking parameter-required
request  addition parameter-optional
request  addition parameter-added
request  breaking parameter-style-changed
request  breaking body-required
request  addition body-optional
request  addition body-added
request  breaking body-removed
request  breaking request-media-removed
request  addition request-media-added
request  breaking request-type-changed
request  addition request-type-widened
request  breaking request-null-refused
request  addition request-null-accepted
request  breaking request-value-removed
request  addition request-value-added
request  breaking request-max-length-reduced
request  breaking request-min-length-raised
request  breaking request-maximum-reduced
request  breaking request-minimum-raised
request  breaking request-max-items-reduced
request  breaking request-min-items-raised
request  breaking request-max-properties-reduced
request  breaking request-min-properties-raised
request  breaking request-multiple-changed
request  breaking request-unique-items-demanded
request  addition request-limit-relaxed
request  breaking request-pattern-changed
request  breaking request-format-changed
request  addition request-format-relaxed
request  breaking request-field-required-added
request  breaking request-field-required
request  addition request-field-optional
request  addition request-field-added
request  breaking request-field-refused
request  warning  request-field-removed
request  breaking request-additional-closed
request  addition request-additional-opened
request  breaking request-alternative-removed
request  addition request-alternative-added
request  breaking request-discriminator-changed
request  warning  request-default-changed
request  warning  request-field-deprecated
request  warning  request-rule-changed

response breaking answer-removed
response warning  error-answer-removed
response warning  success-answer-added
response addition answer-added
response breaking response-media-removed
response addition response-media-added
response breaking response-header-removed
response breaking response-header-optional
response addition response-header-added
response breaking response-type-changed
response addition response-type-narrowed
response breaking response-null-possible
response addition response-null-gone
response breaking response-value-added
response addition response-value-removed
response warning  response-max-length-raised
response warning  response-min-length-reduced
response warning  response-maximum-raised
response warning  response-minimum-reduced
response warning  response-max-items-raised
response warning  response-min-items-reduced
response warning  response-max-properties-raised
response warning  response-min-properties-reduced
response warning  response-multiple-changed
response warning  response-unique-items-dropped
response addition response-limit-tightened
response warning  response-pattern-changed
response breaking response-format-changed
response addition response-format-tightened
response breaking response-field-removed
response breaking response-field-optional
response addition response-field-required
response addition response-field-added
response warning  response-additional-opened
response addition response-additional-closed
response breaking response-alternative-added
response addition response-alternative-removed
response breaking response-discriminator-changed
response warning  response-field-deprecated
response warning  response-rule-changed
"""

RULES: dict[str, Rule] = {
    name: Rule(name, Side(side), Severity(severity))
    for side, severity, name in (line.split() for line in _TABLE.split("\n") if line)
}
_ORDER = {Severity.BREAKING: 0, Severity.WARNING: 1, Severity.ADDITION: 2}


@dataclass(frozen=True)
class Change:
    """One difference.

    `place` is a JSON pointer into the newer document, or into the older one for what was removed; `where` names the
    operation in which it was found first; `was` and `now` are the values, where the rule tells them.
    """

    rule: str
    place: str
    name: str = ""
    where: str = ""
    was: str = ""
    now: str = ""

    @property
    def severity(self) -> Severity:
        """How grave it is; a rule of earlier days that the table no longer has counts as an addition."""
        return RULES[self.rule].severity if self.rule in RULES else Severity.ADDITION

    @property
    def breaking(self) -> bool:
        """Whether apps written for the older version may stop working."""
        return self.severity == Severity.BREAKING

    @property
    def order(self) -> tuple[object, ...]:
        """The key to sort by: the gravest first, then by place."""
        return (_ORDER[self.severity], self.place, self.rule, self.name, self.was, self.now)
