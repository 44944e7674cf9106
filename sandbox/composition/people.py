"""Owns who can play a scenario: kinds of people of the simulated city, and one example of each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sandbox.probe.departments.launch import inputs_of
from sandbox.world import World

EXAMPLE_SEED = 1
EXAMPLE_PEOPLE = 400

TRAITS: dict[str, object] = {
    "entitled": _("Meets the conditions: registered for half a year, rents a home, has a phone"),
    "too_short": _("Registered for less than half a year"),
    "entitled_no_phone": _("Meets the conditions, but no phone is on file"),
    "rare_name_entitled": _("Meets the conditions; the name has rare characters, no phone is on file"),
    "dotted_name": _("A name with a dot, as in 阿依古丽·买买提"),
    "long_name": _("A very long name"),
    "short_name": _("A name of one character"),
    "foreigner": _("A foreigner with a passport or a permanent residence card"),
    "hk_macao": _("A resident of Hong Kong or Macao"),
    "taiwan": _("A resident of Taiwan"),
    "centenarian": _("Older than a hundred"),
    "twin": _("A twin"),
}
INPUTS: dict[str, object] = {
    "name": pgettext_lazy("of a person", "Name"),
    "document_type": _("Kind of document"),
    "document_number": _("Document number"),
    "phone": _("Phone on file"),
    "contact_phone": _("Phone to contact the person"),
    "registration_no": _("Number of the residence registration"),
    "rental_contract_no": _("Number of the rental registration"),
}


@dataclass(frozen=True)
class Known:
    """One thing that is known of the example person; `value` is None when there is none."""

    name: str
    title: object
    value: Any


@lru_cache(maxsize=1)
def _world() -> World:
    return World(EXAMPLE_SEED, EXAMPLE_PEOPLE)


def example(trait: str) -> list[Known]:
    """Return what a scenario may use of an example person with a trait; nothing when the city has nobody like that."""
    numbers = _world().with_trait(trait)
    if not numbers:
        return []
    inputs = inputs_of(_world(), numbers[0])
    return [Known(name, title, inputs.get(name)) for name, title in INPUTS.items()]
