"""What the workers do for vendors: remove archives that nobody needs any more."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings

from marketplace.core import clock
from vendors import archives
from vendors.models import AppVersion

UPLOAD_AT_MOST = timedelta(days=1)


@shared_task(name="vendors.sweep_archives")
def sweep_archives() -> int:
    """Delete archives that were taken in or failed long ago, and those that a killed upload left; return how many.

    The image that was checked stays with the sandbox for as long as the version may run again.
    """
    now = clock.now()
    old = AppVersion.objects.uploaded_before(now - timedelta(days=settings.FAILED_ARCHIVE_DAYS))
    old.taken_in().exclude(archive="").update(archive="")
    known = set(AppVersion.objects.exclude(archive="").values_list("archive", flat=True))
    return archives.remove_older_than(now - UPLOAD_AT_MOST, keep=known)
