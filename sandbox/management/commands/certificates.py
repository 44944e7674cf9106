"""`manage.py certificates verify FILE|CODE` says whether a certificate counts, offline when it gets the public keys."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from marketplace.core import clock
from sandbox.certification import certificates, verification
from sandbox.certification.words import words_for
from sandbox.forms.deciding import LONGEST_STATEMENT


class Command(BaseCommand):
    """Verifies certificates."""

    help = "Say whether a certificate counts: a file with the signed statement, or the code of one of ours."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what to verify, and with what."""
        parser.add_argument("action", choices=["verify"])
        parser.add_argument("subject", metavar="FILE|CODE", help="file with the JWS, or a code of ours")
        parser.add_argument("--jwks", type=Path, help="file with the public keys: nothing else is asked, no database")
        parser.add_argument("--image", default="", help="digest of the image that the certificate should be about")
        parser.add_argument("--language", choices=[code for code, _ in settings.LANGUAGES], default="en")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the answer and what it rests on; ends with an error unless the certificate counts."""
        with translation.override(options["language"]):
            found = self._verify(options["subject"], options["jwks"], options["image"])
            words = words_for(found)
            about = found.claims
            self.stdout.write(f"{words.title}: {words.sentence}")
            for name in ("jti", "app", "version", "sub", "plan_sha256", "score", "issued_at", "expires_at"):
                if name in about:
                    self.stdout.write(f"  {name:<12} {about[name]}")
            if found.reason:
                self.stdout.write(f"  {'reason':<12} {found.reason}")
            if options["jwks"]:
                self.stdout.write("  Checked offline: whether it was revoked since, only the platform can say.")
            if not found.valid:
                raise CommandError(str(found.status))

    def _verify(self, subject: str, keys: Path | None, image: str) -> verification.Verification:
        now, path = clock.now(), Path(subject)
        if path.is_file():
            if path.stat().st_size > LONGEST_STATEMENT:
                raise CommandError("This file is too large for a certificate.")
            token = path.read_text(errors="replace")
            if keys is None:
                return verification.verify_statement(token, now=now, image=image)
            return verification.verify_offline(token, jwks=self._public_keys(keys), now=now, image=image)
        if keys is not None:
            raise CommandError(f"There is no file {subject}; offline only a file with the statement can be verified.")
        found = certificates.find(subject)
        if found is None:
            raise CommandError("There is no such file, and no certificate of ours has this code.")
        return verification.verify(found, now=now, image=image)

    def _public_keys(self, path: Path) -> dict[str, Any]:
        try:
            keys = json.loads(path.read_text())
        except (OSError, ValueError) as error:
            raise CommandError(f"The public keys can't be read: {error}") from error
        if not isinstance(keys, dict) or not isinstance(keys.get("keys"), list):
            raise CommandError("This is no JWKS: it has no list of keys.")
        return keys
