"""Interfaces as the demo publishes them, for developers to try."""

import json
from pathlib import Path

from django.conf import settings

from marketplace.catalogue.models import InterfaceVersion
from marketplace.catalogue.services.interfaces import fingerprint
from tests import factory

CONTENT = Path(settings.ROOT) / "marketplace" / "demo" / "content" / "interfaces"


def published(code: str, owner: object, **changes: object) -> InterfaceVersion:
    """Return a stable version of one of the demo's interfaces."""
    document = json.loads((CONTENT / f"{code}.openapi.json").read_text()) | changes
    return factory.interface_version(
        owner, code=code, document=document, sha256=fingerprint(document), version=document["info"]["version"]
    )
