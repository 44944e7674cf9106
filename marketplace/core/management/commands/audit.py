"""`manage.py audit verify` walks every chain and names the first broken link."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.core import audit
from marketplace.core.models import AuditEvent


class Command(BaseCommand):
    """Checks of the audit chain."""

    help = "Checks the audit chain."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the one thing to do."""
        parser.add_argument("action", choices=["verify"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the broken links and fail, or say how many events hold."""
        broken = list(audit.verify())
        for link in broken:
            self.stderr.write(f"{link.stream} #{link.sequence}: {link.why}")
        if broken:
            raise CommandError(f"{len(broken)} stream(s) are broken.")
        self.stdout.write(f"{AuditEvent.objects.count()} events, every chain holds.")
