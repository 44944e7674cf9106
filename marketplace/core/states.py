"""Moves of a row from state to state: one table per model, one private move, audited in the same transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, cast

from django.db import models, transaction

from marketplace.core import audit
from marketplace.core.errors import MoveRefused


class StateMachine(models.Model):
    """Mixin for a model with a `state` field, a `State` TextChoices and a `TRANSITIONS` table."""

    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]]
    state: Any

    class Meta:
        abstract = True

    def can_move(self, to: str) -> bool:
        """Return whether the table has the move from the state in memory."""
        return to in self.TRANSITIONS.get(self.state, frozenset())

    def _move(self, to: str, *, by: object, now: datetime, reason: str = "", origin: str = "", **changes: Any) -> None:
        """Move to `to` and set `changes`, all or nothing.

        Re-reads the row under a lock, refuses with MoveRefused what the table does not have from the state found
        there (or where that isn't `origin`, for a verb that starts from one state only), and writes the audit event in
        the same transaction. `reason` must not hold personal data.
        """
        manager: models.Manager[Any] = type(self)._base_manager  # type: ignore[assignment]  # `state` is the subclass's
        with transaction.atomic():
            found = manager.select_for_update().only("pk", "state").get(pk=self.pk).state
            if to not in self.TRANSITIONS.get(found, frozenset()) or origin not in {"", found}:
                raise MoveRefused(subject=self, state=self._label(found), to=self._label(to))
            moved = manager.filter(pk=self.pk, state=found).update(state=to, **changes)
            if moved != 1:
                raise MoveRefused(subject=self, state=self._label(found), to=self._label(to))
            after = {"state": str(to)} | ({"reason": reason} if reason else {})
            audit.record(str(to), self, by=by, now=now, before={"state": str(found)}, after=after)
        self.state = to
        for name, value in changes.items():
            setattr(self, name, value)

    def _label(self, state: str) -> str:
        choices = cast("models.Field", self._meta.get_field("state")).flatchoices
        return str(dict(choices).get(state, state))


def table(**moves: str) -> dict[str, frozenset[str]]:
    """Return a TRANSITIONS table from `state="next other"` words."""
    return {state: frozenset(targets.split()) for state, targets in moves.items()}
