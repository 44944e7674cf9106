"""What time it is: the real time, unless the demo has put a simulated clock in its place.

Services take `now` as an argument; only views, tasks and commands ask this module.
"""

from collections.abc import Callable
from datetime import date, datetime

from django.utils import timezone

_source: Callable[[], datetime] = timezone.now


def now() -> datetime:
    """Return the current time, aware, in UTC."""
    return _source()


def today() -> date:
    """Return the platform's own date (TIME_ZONE)."""
    return timezone.localtime(now(), timezone.get_default_timezone()).date()


def install(source: Callable[[], datetime]) -> None:
    """Replace the clock. Only `marketplace.demo` calls this; tests/architecture checks it."""
    global _source
    _source = source
