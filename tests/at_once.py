"""Several things at the same moment, for the tests of races."""

import threading
from collections.abc import Callable

from django.db import connection

from marketplace.core.errors import DomainError


def together(*actions: Callable[[], object]) -> list[str]:
    """Do all at the same moment in threads of their own; return `done` or the code of the refusal of each, sorted."""
    outcomes: list[str] = []
    start = threading.Barrier(len(actions))

    def run(action: Callable[[], object]) -> None:
        start.wait()
        try:
            action()
            outcomes.append("done")
        except DomainError as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)
