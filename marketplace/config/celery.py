"""The Celery application; its settings are the CELERY_ names of the Django settings."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.config.settings")

app = Celery("minshi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
