"""Where a person's roles lead them: each app above tells this registry which desks it has."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from marketplace.accounts.models import User


@dataclass(frozen=True)
class Desk:
    """One place of work: `group` is the heading under which it is listed."""

    group: object
    title: object
    text: object
    url: str
    second_factor: bool = False


Source = Callable[[User], Iterable[Desk]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Add a function that says which desks a person has; registering it again changes nothing."""
    if source not in _sources:
        _sources.append(source)


def desks_of(user: User) -> list[Desk]:
    """Return the person's desks in the order in which their sources were registered."""
    return [desk for source in _sources for desk in source(user)]


def needs_second_factor(user: User) -> bool:
    """Return whether one of the person's roles demands a second factor."""
    return user.is_staff or any(desk.second_factor for desk in desks_of(user))
