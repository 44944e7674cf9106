"""WSGI entry point of the demo's own web server; `manage.py demo` names the clock file in the environment."""

import os
from pathlib import Path

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.config.settings")
application = get_wsgi_application()

from marketplace.demo import clock as demo_clock  # noqa: E402 (Django must be set up first)

demo_clock.install(Path(os.environ["MINSHI_DEMO_CLOCK"]))
