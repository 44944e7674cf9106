"""Run as a process of its own by test_two_engines: a sandbox worker without a broker, on the engine it is given."""

import os
import sys
import time

import django

PAUSE_SECONDS = 0.2

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.config.settings")
    django.setup()
    from marketplace.core import clock
    from sandbox.presence import Presence
    from sandbox.runs import running, sweeping

    name = sys.argv[1]
    Presence(name).start()
    while True:
        sweeping.bury_dead_runs(now=clock.now())
        if not running.perform(worker=name):
            time.sleep(PAUSE_SECONDS)
