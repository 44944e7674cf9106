"""Compares two versions of an interface and names what changed, breaking or not, by rule (pure).

Both documents have been checked by `openapi.check`. Seen from an app that uses the interface: what it may send must
stay accepted (request side), what it reads must stay what it was (response side). `rules.RULES` is the whole table.
"""

from marketplace.catalogue.comparison.operations import compare
from marketplace.catalogue.comparison.rules import RULES, Change, Rule, Severity, Side

__all__ = ["RULES", "Change", "Rule", "Severity", "Side", "compare"]
