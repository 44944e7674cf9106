"""The Celery application; its settings are the CELERY_ names of the Django settings."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.config.settings")

TRANSPORT_ALIASES["filesystem"] = "marketplace.config.broker:Transport"

app = Celery("minshi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
