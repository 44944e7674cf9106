"""The story from the first publication to the paid statement, chapter by chapter."""

from dataclasses import dataclass
from typing import Any

from billing.models import Settlement
from marketplace.demo.calendar import settled_quarter
from marketplace.demo.chapters import ask, build, choose, pay, people, publish
from marketplace.demo.outcome import summarise
from marketplace.demo.stage import Stage
from marketplace.demo.telling import Telling
from sandbox.engine import EngineUnavailable


@dataclass(frozen=True)
class Scale:
    """How much happens in the quarter."""

    cases: int = 2000
    reviews: int = 600


def play(stage: Stage, scale: Scale) -> dict[str, Any]:
    """Play every chapter and return the outcome (demo_outcome.schema.json, plus `table`: the lines to print).

    Without an engine the order is left waiting for its rehearsal; raises EngineUnavailable.
    """
    telling = Telling(
        quarter=settled_quarter(stage.clock().date()),
        clock=stage.clock,
        folder=stage.folder,
        say=stage.say,
        send=stage.send_events,
        cases=scale.cases,
        reviews=scale.reviews,
    )
    stage.say(f"Open: departments publish (the quarter of the story is {telling.quarter.label})")
    people.tell(telling)
    publish.tell(telling)
    stage.say("Ask: the bureau drafts its demand order")
    pay.publish_tariff(telling)
    ask.draft(telling)
    try:
        stage.prepare_sandbox()
    except EngineUnavailable:
        ask.ask_for_rehearsal(telling)
        raise
    stage.start_platform()
    stage.say("Ask: the sandbox rehearses the order against the reference app")
    ask.rehearse_and_open(telling)
    stage.say("Build: three vendors register, take the order and upload")
    build.register(telling)
    stage.say("Prove: the sandbox tests every upload")
    build.upload(telling)
    stage.say(f"Choose: {scale.cases} cases over the quarter")
    choose.list_apps(telling)
    choose.live(telling)
    stage.say("Pay: finance settles the quarter")
    settlement: Settlement = pay.settle(telling)
    return summarise(telling, settlement)
