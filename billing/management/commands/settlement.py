"""`manage.py settlement`: replay a period to the same bytes, show its figures, seal what is due, check the ledger."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from billing import computation, sealing, services
from billing.models import Settlement
from billing.pricing.exact import yuan
from marketplace.core import clock


class Command(BaseCommand):
    """What an auditor or operator asks of settlements on the command line."""

    help = "Replay, show, seal or balance settlements."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the subcommands."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, told in (("replay", "compute every version again and compare the bytes"), ("show", "list the lines")):
            made = verbs.add_parser(verb, help=told)
            made.add_argument("period")
        verbs.add_parser("seal", help="seal the days that are due")
        verbs.add_parser("balance", help="print the trial balance")

    def handle(self, *args: object, verb: str, **options: object) -> None:
        """Run one subcommand."""
        if verb == "seal":
            self._seal()
        elif verb == "balance":
            self._balance()
        else:
            settlement = Settlement.objects.filter(period=options["period"]).first()
            if settlement is None:
                raise CommandError(f"There is no settlement of {options['period']}.")
            self._replay(settlement) if verb == "replay" else self._show(settlement)

    def _seal(self) -> None:
        for seal in sealing.seal_due_days(clock.now()):
            self.stdout.write(f"{seal.day} {seal.facts_rows} facts {seal.reviews_rows} reviews {seal.digest}")

    def _balance(self) -> None:
        rows = services.balances()
        for row in rows:
            self.stdout.write(f"{row.account:<40} {yuan(row.debits):>16} {yuan(row.credits):>16}")
        debits, credits_ = sum(row.debits for row in rows), sum(row.credits for row in rows)
        self.stdout.write(f"{'':<40} {yuan(debits):>16} {yuan(credits_):>16}")

    def _show(self, settlement: Settlement) -> None:
        for line in settlement.computation.lines.select_related("app"):
            self.stdout.write(f"{line.app.code:<24} {yuan(line.gross_cents):>14} {yuan(line.payable_cents):>14}")

    def _replay(self, settlement: Settlement) -> None:
        broken = False
        for made in settlement.computations.order_by("version"):
            found = computation.differences(made)
            broken = broken or bool(set(found) - {"code"})
            self.stdout.write(f"{made} {made.sha256} {'identical' if not found else 'differs: ' + ', '.join(found)}")
        if broken:
            raise CommandError(f"{settlement.period} can't be reproduced byte for byte.")
