"""The same app, plan and seed give the same verdict, score and digest; another seed sends other requests."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sandbox.probe import campaign
from sandbox.reports.verdict import Found, Verdict, duties_of, judge
from tests.sandbox.mutants.catalogue import MUTANTS
from tests.sandbox.probe.bench import REFERENCE, job, run

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow]


@pytest.fixture(autouse=True)
def fewer_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw less than a real run does; what is drawn follows the seed all the same."""
    monkeypatch.setattr(campaign, "VALID_EACH", 12)
    monkeypatch.setattr(campaign, "INVALID_EACH", 6)


GROUPS = {"start", "contract", "scenario", "duty", "conduct"}


def judged(folder: Path, *, seed: int = 42, source: Path = REFERENCE) -> tuple[Verdict, dict[str, Any]]:
    """Run once and judge as the platform does; return the verdict, and how each digestible check ended.

    What failed is compared word for word; how often an app asked while it waited is not the seed's to say.
    """
    a_job = job(seed, groups=GROUPS)
    folder.mkdir()
    lines = run(a_job, folder, source=source)
    found = [
        Found(check, each["outcome"], each["measurements"].get("share"), each["digestible"])
        for check, each in lines.items()
    ]
    verdict = judge(duties_of(a_job["plan"]), found, pass_mark=Decimal(80), subject={"seed": seed})
    return verdict, {
        check: each["outcome"] if each["outcome"] == "passed" else each["summary"]["en"]
        for check, each in lines.items()
        if each["digestible"]
    }


def test_the_same_seed_gives_the_same_verdict(tmp_path: Path) -> None:
    (first, said), (second, said_again) = judged(tmp_path / "1"), judged(tmp_path / "2")
    assert (first.digest, first.score, first.passed) == (second.digest, second.score, True)
    assert said == said_again


def test_a_faulty_app_fails_alike_and_with_another_seed_too(tmp_path: Path) -> None:
    mutant = next(each for each in MUTANTS if each.name == "reads_others").write(tmp_path)
    (first, said), (second, said_again) = (judged(tmp_path / name, source=mutant) for name in ("1", "2"))
    assert (first.digest, first.score, first.passed) == (second.digest, second.score, False)
    assert said == said_again
    other, _ = judged(tmp_path / "3", seed=43, source=mutant)
    assert other.failed_mandatory == first.failed_mandatory
