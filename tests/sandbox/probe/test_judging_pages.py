"""What visits prove: pure judgement over what was seen, and the part that only the departments' record can judge."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from sandbox.probe.browser.judging import JUDGES, judge
from sandbox.probe.browser.seen import PageSeen, Place, VisitSeen
from sandbox.probe.catalogue import CHECKS
from sandbox.probe.checks import page_double_click
from sandbox.probe.frames import MAX_LINE, encode_line
from sandbox.probe.model import text
from sandbox.probe.page_job import NEEDS, PURPOSES, PageJob, visits_for
from sandbox.probe.results import result

HERE, END = Place("/apply", "申请", "申请"), Place("/receipt", "回执", "回执 R260101")
JOB = PageJob(app="http://127.0.0.1:1", checks=[], visits=[])
VIOLATION = {"rule": "label", "impact": "serious", "help": "h", "count": 1, "places": []}


def seen(purpose: str, page: PageSeen | None = None, **more: Any) -> VisitSeen:
    return VisitSeen(purpose, pages=[page or PageSeen(HERE)], **{"ended": END, **more})


def every(**changed: VisitSeen) -> dict[str, VisitSeen]:
    return {purpose: changed.get(purpose, seen(purpose)) for purpose in PURPOSES}


@pytest.mark.parametrize("check_id", JUDGES)
def test_when_nothing_is_wrong_every_check_passes(check_id: str) -> None:
    assert judge(check_id, every(), JOB).outcome == "passed"


@pytest.mark.parametrize(
    ("check_id", "visits", "said"),
    [
        ("page.axe_390", every(read=VisitSeen("read", trouble=text("因", "why"))), "did not open: why"),
        ("page.axe_390", every(read=seen("read", trouble=text("因", "why"))), "stuck at /apply: why"),
        ("page.axe_390", every(read=seen("read", PageSeen(HERE, lost={390: "sideways"}))), "sideways"),
        ("page.axe_320", every(read=seen("read", PageSeen(HERE, lost={320: "cut"}))), "cuts off"),
        ("page.axe_320", every(refused=seen("refused", PageSeen(HERE, narrow=False))), "viewport"),
        ("page.axe_1280", every(refused=seen("refused", PageSeen(HERE, violations={1280: [VIOLATION]}))), "(label)"),
        ("page.keyboard", every(keyboard=seen("keyboard", ended=HERE)), "ends at /apply"),
        ("page.without_script", every(without_script=seen("without_script", ended=HERE)), "not at /receipt"),
        ("page.elder", every(elder=seen("elder", PageSeen(HERE, contrast=[VIOLATION]))), "contrast"),
        ("page.no_outside_requests", every(double_click=seen("double_click", outside=["https://x/"])), "https://x/"),
        ("page.no_outside_requests", every(english=seen("english", nuisances={"windows": 2})), "2 windows"),
        ("page.no_errors", every(keyboard=seen("keyboard", errors=["TypeError"])), "TypeError"),
        ("page.no_errors", every(keyboard=seen("keyboard", nuisances={"downloads": 1})), "1 downloads"),
    ],
)
def test_each_fault_fails_its_check(check_id: str, visits: dict[str, VisitSeen], said: str) -> None:
    found = judge(check_id, visits, JOB)
    assert found.outcome == "failed"
    assert said in found.summary["en"]


@pytest.mark.parametrize(
    ("declared", "han", "latin", "expected", "outcome"),
    [
        ("zh-Hans", 90, 3, "zh", "passed"),
        ("zh-CN", 90, 3, "zh", "passed"),
        ("zh-Hant", 90, 3, "zh", "failed"),
        ("en", 90, 3, "zh", "failed"),
        ("", 90, 3, "zh", "failed"),
        ("zh", 10, 90, "zh", "failed"),
        ("zh", 1, 5, "zh", "passed"),
        ("en-GB", 20, 90, "en", "passed"),
        ("en", 90, 20, "en", "failed"),
        ("english", 0, 90, "en", "failed"),
    ],
)
def test_the_language_is_declared_and_spoken(declared: str, han: int, latin: int, expected: str, outcome: str) -> None:
    told = {"expected": expected, "declared": declared, "han": han, "latin": latin, "strays": []}
    purpose = "read" if expected == "zh" else "english"
    visits = every(**{purpose: seen(purpose, PageSeen(HERE, language=told))})
    assert judge("page.language", visits, JOB).outcome == outcome


def test_an_order_may_allow_some_violations_and_make_a_check_advice() -> None:
    visits = every(read=seen("read", PageSeen(HERE, violations={390: [VIOLATION]})))
    tolerant = PageJob(app="", checks=[], visits=[], most_violations=1)
    assert judge("page.axe_390", visits, tolerant).outcome == "passed"
    lenient = PageJob(app="", checks=[], visits=[], advisory=["page.axe_390"])
    assert judge("page.axe_390", visits, lenient).outcome == "advisory"


def test_evidence_fits_into_a_line_with_its_pictures() -> None:
    pages = [PageSeen(Place(f"/{n}", "t" * 200, "h" * 200), pictures={390: b"\xff" * 22_000}) for n in range(12)]
    pages[0].violations = {390: [VIOLATION] * 60}
    found = judge("page.axe_390", every(read=VisitSeen("read", pages=pages, ended=END)), JOB)
    line = encode_line(result("page.axe_390", "page", found))
    assert len(line) <= MAX_LINE
    kinds = [piece["kind"] for piece in found.evidence]
    assert kinds[0] == "axe"
    assert kinds.count("screenshot") >= 4


def test_every_page_check_has_its_visits_and_its_judge() -> None:
    ids = {check.id: check for check in CHECKS if check.group == "page"}
    assert set(NEEDS) == set(ids)
    assert {check_id for check_id, check in ids.items() if check.run is None} == set(JUDGES)
    assert visits_for(["page.axe_320", "page.keyboard"]) == ["read", "refused", "keyboard"]


def test_a_job_survives_its_journey() -> None:
    job = PageJob(app="http://x", checks=["page.elder"], visits=[], seconds=1.0)
    assert PageJob.from_dict(job.as_dict()) == job


# ---------------------------------------------------------------- what the departments received


@dataclass
class Diary:
    counts: dict[str, int]
    calls: list[Any] = field(default_factory=list)

    def submissions(self, case: str) -> list[None]:
        return [None] * self.counts.get(case, 0)

    def of_case(self, case: str) -> list[Any]:
        return []


class Gateway:
    def __init__(self, counts: dict[str, int]) -> None:
        self.diary = Diary(counts)


class Context:
    def __init__(self, said: dict[str, str] | None, **counts: int) -> None:
        self.shared = {"pages_said": said, "double_click_cases": ["a", "b"]}
        self.gateway = Gateway(counts)

    def threshold(self, name: str) -> float:
        return 0.0


RECEIPT = "回执编号 R260101-ABC1234 电话 14200000001 2026-01-01 10:00"


@pytest.mark.parametrize(
    ("said", "counts", "outcome", "words"),
    [
        ({"receipt": RECEIPT, "again": RECEIPT}, {"a": 1}, "passed", ""),
        ({"receipt": RECEIPT, "again": RECEIPT}, {"b": 1}, "passed", ""),
        ({"receipt": RECEIPT, "again": RECEIPT}, {"a": 2}, "failed", "received 2, not one"),
        ({"receipt": RECEIPT, "again": RECEIPT}, {}, "failed", "received nothing"),
        ({"trouble_zh": "因", "trouble_en": "why"}, {}, "failed", "received nothing (why)"),
        (
            {"receipt": RECEIPT, "again": "回执编号 R260101-XYZ9999"},
            {"a": 1},
            "failed",
            "another receipt",
        ),
        ({"receipt": "R260101-ABC1 JZ9920260001", "again": "R260101-XYZ9 JZ9920260001"}, {"a": 1}, "failed", "another"),
        ({"receipt": "R260101-ABC1", "again": "R260101-ABC1 JZ9920260001"}, {"a": 1}, "passed", ""),
        ({"receipt": RECEIPT, "again": "您已经提交过，请等待。"}, {"a": 1}, "passed", ""),
        (None, {"a": 1}, "error", "could not"),
    ],
)
def test_a_double_click_is_judged_by_what_arrived(
    monkeypatch: pytest.MonkeyPatch, said: dict[str, str] | None, counts: dict[str, int], outcome: str, words: str
) -> None:
    monkeypatch.setattr(page_double_click, "_SETTLE_SECONDS", 0.0)
    found = page_double_click.run(Context(said, **counts))
    assert found.outcome == outcome, found.summary
    assert words in found.summary["en"]
