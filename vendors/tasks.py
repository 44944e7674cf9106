"""What the workers do for vendors: remove archives that a killed upload left without a row."""

from datetime import timedelta

from celery import shared_task

from marketplace.core import clock
from vendors import archives
from vendors.models import AppVersion

UPLOAD_AT_MOST = timedelta(days=1)


@shared_task(name="vendors.sweep_archives")
def sweep_archives() -> int:
    """Delete stored archives that no version refers to and that no upload can still be writing; return how many."""
    known = set(AppVersion.objects.exclude(archive="").values_list("archive", flat=True))
    return archives.remove_older_than(clock.now() - UPLOAD_AT_MOST, keep=known)
