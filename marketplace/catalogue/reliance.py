"""What relies on a version of an interface, as the layers above answer the question `interface_version_relied_on`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from marketplace.accounts.models import User
from marketplace.catalogue.signals import interface_version_relied_on


class Row(Protocol):
    """What has a state that pages show."""

    state: str


@dataclass(frozen=True)
class Reliance:
    """One order, app version or listing that relies on a version.

    `title` is {"zh", "en"}; `people` are told of an end; what is `in_use` (a call that vendors answer now, an app that
    citizens find) can't lose the version without a reason.
    """

    kind: str
    title: dict[str, str]
    code: str
    row: Row
    path: str
    people: tuple[User, ...]
    in_use: bool = False


def relying_on(version: object) -> list[Reliance]:
    """Ask the layers above who relies on a version; what is in use first."""
    answers: Iterable[tuple[object, Any]] = interface_version_relied_on.send(sender=type(version), version=version)
    found: list[Reliance] = [each for _receiver, answer in answers for each in answer or ()]
    return sorted(found, key=lambda each: (not each.in_use, each.kind, each.code))


def people_of(found: Iterable[Reliance]) -> set[User]:
    """Return everybody who is to be told, each once."""
    return {person for each in found for person in each.people if person.is_active}
