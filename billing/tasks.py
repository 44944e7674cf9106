"""What the settlement workers do: seal the days that are due, and warn departments whose ceiling is nearly used."""

from celery import shared_task

from billing import budgets, sealing
from marketplace.core import clock


@shared_task(name="billing.seal_days")
def seal_days() -> None:
    """Seal what is due; running it twice, or killing it half way, changes nothing."""
    sealing.seal_due_days(clock.now())


@shared_task(name="billing.warn_about_budgets")
def warn_about_budgets() -> None:
    """Tell departments that have used 80 % of their ceiling, once."""
    budgets.warn_departments(clock.now())
