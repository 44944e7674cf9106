"""The API's schema is pinned: a change of it is seen in review, and breaks nobody by accident."""

import json
from pathlib import Path

from marketplace.config.api import api

PINNED = Path(__file__).parent / "openapi.json"


def test_the_schema_is_the_pinned_one():
    """After a wanted change: `manage.py export_openapi_schema --api marketplace.config.api.api --indent 1`."""
    schema = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    assert schema == json.loads(PINNED.read_text())
