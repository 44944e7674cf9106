"""`manage.py signing_keys` lists the platform's signing keys, lets a fresh one sign, or adopts this host's."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from marketplace.core import clock, signing, signing_keys


class Command(BaseCommand):
    """Looks after the keys that sign certificates."""

    help = "List the signing keys, let a fresh one sign (rotate), or make this host's key the platform's (adopt)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what can be done."""
        parser.add_argument("action", choices=["list", "rotate", "adopt"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say what is so now."""
        now = clock.now()
        if options["action"] == "rotate":
            old, fresh = signing_keys.rotate(by="system:manage.py", now=now)
            self.stdout.write(f"{fresh} signs from now on; {old} still verifies.")
            self.stdout.write("Copy the key file to every other host that signs, or its sandbox workers stop working.")
            return
        if options["action"] == "adopt":
            self.stdout.write(f"{signing_keys.adopt(by='system:manage.py', now=now)} is the platform's key.")
            return
        known = "the platform's" if signing_keys.is_known(now=now) else "NOT the platform's: copy the file, or adopt it"
        self.stdout.write(f"{signing.signing_key().kid}  signs here, {known}")
        for each in signing.retired_keys():
            state = "verifies until" if each.needed_until > now else "left the public keys on"
            self.stdout.write(
                f"{each.key.kid}  retired {each.retired_at:%Y-%m-%d}, {state} {each.needed_until:%Y-%m-%d}"
            )
