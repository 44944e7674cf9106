"""`manage.py demo` plays the story through the real platform, prints what happened and serves it."""

import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from marketplace.demo import clock as demo_clock
from marketplace.demo.outcome import sign_ins
from marketplace.demo.stage import AlreadyRunning, Stage
from marketplace.demo.story import Scale, play
from sandbox.engine import EngineUnavailable

WAITING = (
    "Until then the order waits for its rehearsal, and with it everything that follows; "
    "the next demo tells the story anew."
)


class Command(BaseCommand):
    """The story of one order, from the first publication to the paid statement."""

    help = "Plays the story (once), then serves the platform at 127.0.0.1:8000."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what `make demo` passes on."""
        parser.add_argument("--no-serve", action="store_true", help="stop after the story")
        parser.add_argument("--json", metavar="FILE", help="also write the outcome as JSON")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--cases", type=int, default=Scale.cases, help="cases over the quarter")
        parser.add_argument("--reviews", type=int, default=Scale.reviews)
        parser.add_argument("--worker", metavar="QUEUES", help="run as a worker of the story (used by the demo itself)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Play, print, serve."""
        if settings.BASE_URL.startswith("https://"):
            raise CommandError(
                "The demo fills the database with people who don't exist; it doesn't run on a public address."
            )
        folder = Path(settings.STATE_DIR) / "demo"
        if options["worker"]:
            self._work(folder, options["worker"])
            return
        try:
            with Stage.open(folder, port=options["port"], say=self._say) as stage:
                if stage.outcome() is None or not options["no_serve"]:
                    stage.require_ports(serving=not options["no_serve"])
                try:
                    outcome = stage.outcome() or self._tell(stage, Scale(options["cases"], options["reviews"]))
                except EngineUnavailable as error:
                    if options["no_serve"]:
                        raise CommandError(f"{error} {WAITING}") from None
                    self._say("\n".join([f"{error} {WAITING}", "", *sign_ins()]))
                else:
                    self._report(outcome, options["json"])
                if not options["no_serve"]:
                    stage.serve()
        except AlreadyRunning as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            raise CommandError("Stopped half way; the next demo sets this aside and tells the story anew.") from None

    def _tell(self, stage: Stage, scale: Scale) -> dict[str, Any]:
        started = time.monotonic()
        self._prepare(stage)
        outcome = play(stage, scale)
        outcome["seconds"] = round(time.monotonic() - started, 1)
        stage.finish(outcome)
        return outcome

    def _prepare(self, stage: Stage) -> None:
        stage.clear_unfinished()
        self._say("Database")
        call_command("migrate", verbosity=0, interactive=False)

    def _work(self, folder: Path, queues: str) -> None:
        demo_clock.install(folder / "clock")
        options = ["worker", "-Q", queues, "-n", f"{queues.split(',', maxsplit=1)[0]}@%h", "--loglevel", "INFO"]
        beat = (
            ["-B", "--concurrency", "1"]
            if "default" in queues
            else ["--concurrency", "2", "--prefetch-multiplier", "1"]
        )
        current_app.worker_main([*options, *beat])

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        sys.stdout.flush()

    def _report(self, outcome: dict[str, Any], target: str | None) -> None:
        for line in outcome["table"]:
            self._say(line)
        if target:
            public = {key: value for key, value in outcome.items() if key != "table"}
            Path(target).write_text(json.dumps(public, ensure_ascii=False, indent=1) + "\n")
