"""Run as a process of its own by test_killed_worker: takes up one run on a real engine until it is killed."""

import os
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.config.settings")
    django.setup()
    from sandbox.runs import running

    running.perform(run_pk=int(sys.argv[1]), worker="doomed")
