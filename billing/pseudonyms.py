"""Owns the platform-level pseudonym of an applicant: the same over all apps, so that the cap per citizen can hold."""

import hashlib
import hmac

from django.conf import settings


def applicant_pseudonym(citizen_id: int) -> str:
    """Return 64 hexadecimal digits: HMAC-SHA256 under PSEUDONYM_KEY. It never leaves the platform."""
    message = f"applicant:{citizen_id}".encode()
    return hmac.new(str(settings.PSEUDONYM_KEY).encode(), message, hashlib.sha256).hexdigest()
