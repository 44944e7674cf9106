"""`manage.py scores check` compares the tallies with the reviews; `manage.py scores rebuild` writes them anew."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from marketplace.store.services.tallies import differences, rebuild


class Command(BaseCommand):
    """Checks or rebuilds what scores are computed from."""

    help = "Check the daily tallies of reviews against the reviews, or rebuild them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the verb."""
        parser.add_argument("verb", choices=["check", "rebuild"])

    def handle(self, *args: object, **options: object) -> None:
        """Do it; check fails with the first differences."""
        if options["verb"] == "rebuild":
            self.stdout.write(f"{rebuild()} tallies written.")
            return
        found = differences()
        for (app, day, face, level), stored, expected in found[:20]:
            self.stderr.write(f"app {app}, {day}, {face}, level {level}: {stored} stored, {expected} expected")
        if found:
            raise CommandError(f"{len(found)} tallies differ from the reviews; run `manage.py scores rebuild`.")
        self.stdout.write("All tallies agree with the reviews.")
