"""Examines an installation: each finding says in one line what is right, or what is wrong and what to do."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from marketplace.core import clock, signing, signing_keys
from sandbox import operations_desk
from sandbox.models import Certificate, Retest, SandboxRun
from sandbox.workers import engines
from sandbox.workers.standing import engine_status

FREE_BYTES = 3 * 1024**3
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FONT_SECONDS = 20


@dataclass(frozen=True)
class Finding:
    """One examined thing; `remedy` is empty when it is right, `optional` when the platform runs without it."""

    name: str
    said: str
    remedy: str = ""
    optional: bool = False

    @property
    def is_right(self) -> bool:
        """Whether nothing has to be done."""
        return not self.remedy


def examine() -> Iterator[Finding]:
    """Yield a finding for everything that the platform needs; a broken one never hides the next."""
    examinations: tuple[Callable[[], Finding], ...] = (
        database,
        migrations,
        signing_key,
        queue,
        engine,
        worker,
        waiting_line,
        decisions,
        disk,
        browser,
        fonts,
        translations,
    )
    for examination in examinations:
        try:
            yield examination()
        except (OSError, DatabaseError, ValueError) as error:
            yield Finding(examination.__name__, str(error), _("Mend the cause that is named here, then look again."))


def database() -> Finding:
    """Whether the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Finding(_("Database"), _("%(vendor)s answers.") % {"vendor": connection.vendor})


def migrations() -> Finding:
    """Whether the tables are up to date."""
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not pending:
        return Finding(_("Tables"), _("All migrations are applied."))
    said = _("%(number)s migrations are pending.") % {"number": len(pending)}
    return Finding(_("Tables"), said, _("Run: python manage.py migrate"))


def signing_key() -> Finding:
    """Whether only the platform's user may read its keys, and this host signs with the right one."""
    name = _("Signing key")
    if not Path(settings.SIGNING_KEY_FILE).exists():
        return Finding(name, _("It is made on first use."))
    for path in signing.key_files():
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            said = _("%(path)s may be read by others (mode %(mode)s).") % {"path": path, "mode": f"{mode:o}"}
            return Finding(name, said, _("Run: chmod 600 %(path)s") % {"path": path})
        if not os.access(path, os.R_OK):
            said = _("%(path)s can't be read by this user.") % {"path": path}
            return Finding(name, said, _("Run the platform as the user that owns the file."))
    if not signing_keys.is_known(now=clock.now()):
        said = _("This host signs with a key that isn't the platform's.")
        return Finding(name, said, _("Copy the platform's key file to this host, or run: manage.py signing_keys adopt"))
    said = _("Only the platform's user may read it; %(number)s earlier keys verify what they signed.")
    return Finding(name, said % {"number": len(signing.public_keys()["keys"]) - 1})


def queue() -> Finding:
    """Whether work can be put into the queue."""
    if not settings.CELERY_BROKER_URL.startswith("filesystem"):
        return Finding(_("Queue"), _("An outside broker is configured."))
    folder = Path(str(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"]))
    if folder.is_dir() and os.access(folder, os.W_OK):
        return Finding(_("Queue"), _("The folder of the embedded queue can be written."))
    said = _("The folder %(path)s can't be written.") % {"path": folder}
    return Finding(_("Queue"), said, _("Make it writable for the platform's user."))


def engine() -> Finding:
    """Whether this machine's engine answers and has the sandbox images."""
    status = engines.status()
    if status.available:
        return Finding(_("Engine"), _("Version %(version)s, with the sandbox images.") % {"version": status.version})
    return Finding(_("Engine"), _(status.reason), _(status.remedy))


def worker() -> Finding:
    """Whether sandbox workers take up what is uploaded; the same sentence that vendors and operators read."""
    name, standing = _("Sandbox worker"), engine_status()
    if not standing.available:
        return Finding(name, standing.reason, standing.remedy)
    states = Counter(report.state for report in operations_desk.workers())
    if not states["ready"]:
        said, remedy = _("All that live take no runs."), _("Let one take runs again on the sandbox page.")
        return Finding(name, said, remedy)
    said = _(
        "Ready: %(ready)s, and their self-tests found nothing forbidden possible. Taking no runs: %(drained)s. "
        "Silent: %(silent)s."
    )
    drained = states["drained"] + states["draining"]
    return Finding(name, said % {"ready": states["ready"], "drained": drained, "silent": states["silent"]})


def waiting_line() -> Finding:
    """Whether runs wait longer than they should."""
    name, longest = _("Waiting line"), SandboxRun.objects.waiting().first()
    if longest is None:
        return Finding(name, _("Nobody waits."))
    said = _("%(number)s wait, the first since %(date)s.")
    params = {"number": SandboxRun.objects.waiting().count(), "date": f"{longest.queued_at:%Y-%m-%d %H:%M} UTC"}
    return Finding(name, said % params)


def decisions() -> Finding:
    """Whether failed re-tests and expired certificates wait for an operator."""
    name, now = _("Re-tests"), clock.now()
    ripe = Retest.objects.filter(state=Retest.State.FAILED, answer_by__lte=now).count()
    valid = Certificate.objects.valid().filter(version__state="certified")
    expired = valid.filter(expires_at__lte=now).count()
    if not ripe + expired:
        return Finding(name, _("Nothing waits for an operator."))
    said = _("%(ripe)s failed ones wait for a decision, %(expired)s certificates in use have expired.")
    params = {"ripe": ripe, "expired": expired}
    return Finding(name, said % params, _("Look at the page of re-tests."), optional=True)


def disk() -> Finding:
    """Whether there is room to take in an archive."""
    free = shutil.disk_usage(settings.STATE_DIR).free
    said = _("%(free)s GiB are free in %(path)s.") % {"free": f"{free / 1024**3:.1f}", "path": settings.STATE_DIR}
    if free >= FREE_BYTES:
        return Finding(_("Disk"), said)
    return Finding(_("Disk"), said, _("Free three times the size of the largest archive, or 3 GiB."))


def browser() -> Finding:
    """Whether this machine has a browser for the browser tests; the sandbox brings its own in the probe image."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), "")
    if found:
        return Finding(_("Browser"), found)
    remedy = _("Only needed to run the browser tests: apt-get install chromium")
    return Finding(_("Browser"), _("No Chromium on this machine."), remedy, optional=True)


def fonts() -> Finding:
    """Whether there is a font for Chinese text in PDF statements and screenshots."""
    listing = shutil.which("fc-list")
    if listing:
        asked = [listing, ":lang=zh", "family"]
        found = subprocess.run(asked, capture_output=True, text=True, timeout=FONT_SECONDS, check=False)  # noqa: S603
        if found.stdout.strip():
            return Finding(_("Fonts"), _("A font for Chinese is there."))
    remedy = _("For Chinese in browser tests: apt-get install fonts-noto-cjk fontconfig")
    return Finding(_("Fonts"), _("No font for Chinese on this machine."), remedy, optional=True)


def translations() -> Finding:
    """Whether the translations were compiled."""
    sources = [path for app in apps.get_app_configs() for path in _catalogues(Path(app.path))]
    stale = [path for path in sources if not path.with_suffix(".mo").exists()]
    if not stale:
        return Finding(_("Translations"), _("Compiled."))
    said = _("%(number)s catalogues aren't compiled.") % {"number": len(stale)}
    return Finding(_("Translations"), said, _("Run: python manage.py compilemessages -i .venv"))


def _catalogues(app: Path) -> Iterator[Path]:
    """Yield the translation sources of an app of ours (others bring theirs compiled)."""
    if app.is_relative_to(settings.ROOT) and ".venv" not in app.parts:
        yield from app.glob("locale/*/LC_MESSAGES/*.po")
