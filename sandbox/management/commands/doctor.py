"""Says what an installation lacks and what to do about it."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from sandbox.doctor import examine


class Command(BaseCommand):
    """Examines database, keys, queue, engine, worker, disk, browser, fonts and translations."""

    help = "Say what this installation lacks and what to do about it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Let the reader choose the language."""
        languages = [code for code, _name in settings.LANGUAGES]
        parser.add_argument("--language", choices=languages, default=settings.LANGUAGE_CODE)

    def handle(self, *args: object, **options: str) -> None:
        """Print one line per finding; ends with an error when something has to be done."""
        with translation.override(options["language"]):
            wrong = 0
            for finding in examine():
                mark = "OK" if finding.is_right else "–" if finding.optional else "!!"
                self.stdout.write(f"{mark:<3}{finding.name}: {finding.said}")
                if not finding.is_right:
                    self.stdout.write(f"   → {finding.remedy}")
                wrong += not finding.is_right and not finding.optional
            if wrong:
                raise CommandError(_("%(number)s things need attention.") % {"number": wrong})
