"""Creates the public pages that are missing."""

from django.core.management.base import BaseCommand

from cms.services import build_site


class Command(BaseCommand):
    """Build the public site; running it again adds only what is missing."""

    help = "Create the pages of the public site that are missing."

    def handle(self, *args: object, **options: object) -> None:
        """Build and say how many pages were added."""
        self.stdout.write(f"{build_site()} pages added")
