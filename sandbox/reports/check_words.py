"""What people read about a check of a plan: title, what it proves, how to mend it, and the command that repeats it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.probe.catalogue import check_for

Words = dict[str, str]

KIT_SCRIPT = "minshi-test.py"
NOTHING: Words = {"zh": "", "en": ""}
# What only a container can show: stopping, starting, memory, logs, files. Everything else asks an address.
NEED_A_CONTAINER = (
    *("start.stops", "start.again", "load.memory", "conduct.log_volume", "conduct.no_crash", "conduct.processes"),
    *("conduct.quiet_logs", "conduct.writes_in_tmp"),
)


def words_of(code: str, plan: Mapping[str, Any]) -> dict[str, Words]:
    """Return {"title", "proves", "remedy"} in both languages; a scenario has the title that its department gave it."""
    try:
        check = check_for(code)
    except KeyError:
        return {"title": {"zh": code, "en": code}, "proves": NOTHING, "remedy": NOTHING}
    scenario = next((each for each in plan.get("scenarios", []) if f"scenario.{each['code']}" == code), None)
    title = check.title
    if scenario is not None and "title_zh" in scenario:
        title = {"zh": scenario["title_zh"], "en": scenario["title_en"]}
    return {"title": dict(title), "proves": dict(check.proves), "remedy": dict(check.remedy)}


def command_for(code: str, seed: int) -> str:
    """Return the line that repeats one check on a laptop, in the unpacked test kit of the run."""
    where = "--image YOUR-IMAGE" if code.startswith(NEED_A_CONTAINER) else "--app http://127.0.0.1:8080"
    return f"python3 {KIT_SCRIPT} {where} --only {code} --seed {seed}"
