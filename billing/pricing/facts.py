"""Owns what goes into a computation: use, opinions, ceilings and adjustments as immutable rows, checked before use."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from billing.pricing.refusal import InputError, gettext_noop


@dataclass(frozen=True, slots=True, order=True)
class Fact:
    """One decided case. `decided_at` is in microseconds since 1970 UTC, `applicant` a pseudonym, never a name."""

    case: str
    app: str
    service_item: str
    applicant: str
    decided_at: int
    held: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Usage:
    """The counts of one app for one item: decided = billable + over the cap + held; `late` is a part of decided."""

    app: str
    service_item: str
    decided: int
    billable: int
    applicants: int
    held: int
    late: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Opinion:
    """The app faces (1 to 5) of one app's reviews for one item: how many, their sum, the sum of their squares."""

    app: str
    service_item: str
    reviews: int
    faces: int
    squares: int


@dataclass(frozen=True, slots=True, order=True)
class Ceiling:
    """What a department has committed for the period, in cents of `currency`."""

    department: str
    cents: int
    currency: str = "CNY"


@dataclass(frozen=True, slots=True, order=True)
class Adjustment:
    """Money added to (or taken from) one line, in cents, with the reference of its reason."""

    reference: str
    app: str
    service_item: str
    cents: int


@dataclass(frozen=True, slots=True)
class Register:
    """Who is who: the vendor of each app and the paying department of each service item, by code."""

    vendor_of: Mapping[str, str]
    department_of: Mapping[str, str]

    def check(self, app: str, service_item: str, *, row: str) -> None:
        """Refuse an app or item that nobody knows."""
        _known(app, self.vendor_of, gettext_noop("%(row)s: the app “%(code)s” is unknown."), row)
        _known(service_item, self.department_of, gettext_noop("%(row)s: the item “%(code)s” is unknown."), row)


def check_usage(rows: Iterable[Usage], register: Register) -> None:
    """Refuse negative or contradicting counts, unknown codes and a pair that occurs twice."""
    seen: set[tuple[str, str]] = set()
    for index, usage in enumerate(rows):
        row = f"usage[{index}] {usage.app}"
        register.check(usage.app, usage.service_item, row=row)
        _once((usage.app, usage.service_item), seen, row)
        for name in ("decided", "billable", "applicants", "held", "late"):
            _not_negative(getattr(usage, name), f"{row}.{name}")
        if usage.billable + usage.held > usage.decided or usage.applicants > usage.billable:
            raise InputError(gettext_noop("%(row)s: the counts contradict each other."), row=row)


def check_opinions(rows: Iterable[Opinion], register: Register) -> None:
    """Refuse sums that no faces from 1 to 5 can have."""
    seen: set[tuple[str, str]] = set()
    for index, opinion in enumerate(rows):
        row = f"opinions[{index}] {opinion.app}"
        register.check(opinion.app, opinion.service_item, row=row)
        _once((opinion.app, opinion.service_item), seen, row)
        _not_negative(opinion.reviews, f"{row}.reviews")
        if not opinion.reviews <= opinion.faces <= 5 * opinion.reviews:
            raise InputError(gettext_noop("%(row)s: so many reviews can't have this sum of faces."), row=row)
        if not opinion.faces <= opinion.squares <= 5 * opinion.faces:
            raise InputError(gettext_noop("%(row)s: these faces can't have this sum of squares."), row=row)


def check_ceilings(rows: Iterable[Ceiling], currency: str) -> None:
    """Refuse a negative ceiling, a second one for a department, another currency."""
    seen: set[tuple[str, str]] = set()
    for index, ceiling in enumerate(rows):
        row = f"budgets[{index}] {ceiling.department}"
        _once((ceiling.department, ""), seen, row)
        _not_negative(ceiling.cents, row)
        if ceiling.currency != currency:
            raise InputError(
                gettext_noop("%(row)s: the budget is in %(currency)s, the settlement in %(expected)s."),
                row=row,
                currency=ceiling.currency,
                expected=currency,
            )


def check_adjustments(rows: Iterable[Adjustment], register: Register) -> None:
    """Refuse an adjustment of nothing, of an unknown line, or one that comes twice."""
    seen: set[tuple[str, str]] = set()
    for index, adjustment in enumerate(rows):
        row = f"adjustments[{index}] {adjustment.reference}"
        register.check(adjustment.app, adjustment.service_item, row=row)
        _once((adjustment.reference, ""), seen, row)
        if adjustment.cents == 0:
            raise InputError(gettext_noop("%(row)s: an adjustment of nothing."), row=row)


def _known(code: str, codes: Container[str], message: str, row: str) -> None:
    if code not in codes:
        raise InputError(message, row=row, code=code)


def _once(key: tuple[str, str], seen: set[tuple[str, str]], row: str) -> None:
    if key in seen:
        raise InputError(gettext_noop("%(row)s: this row occurs twice."), row=row)
    seen.add(key)


def _not_negative(value: int, row: str) -> None:
    if value < 0:
        raise InputError(gettext_noop("%(row)s: %(value)s is negative."), row=row, value=value)
