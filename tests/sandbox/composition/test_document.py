"""What was picked becomes a valid Arazzo document, does in the sandbox what it says, and can be read back."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.orders import arazzo
from sandbox.composition.document import StoryBroken, compose, story_of
from sandbox.composition.palette import Palette
from sandbox.composition.story import (
    ACCEPTED,
    ANSWER,
    CONTAINS,
    EQUALS,
    FIXED,
    PERSON,
    PRESENT,
    Expected,
    Receipt,
    Step,
    Story,
    Value,
    from_data,
)
from sandbox.probe.arazzo import Scope, check_criteria
from sandbox.probe.arazzo.expressions import Message
from tests.sandbox.probe.bench import content, interfaces, job, run

PALETTE = Palette(
    content("residence_permit.contract.openapi.json"), [(each["code"], each["openapi"]) for each in interfaces()]
)
DRAFT = Step("step1", "getDraft", (200,), expected={"name": Expected(EQUALS, Value(PERSON, name="name"))})
SUBMIT = Step(
    "step2",
    "submitApplication",
    (201, 202),
    values={
        "ground": Value(FIXED, fixed="dwelling"),
        "phone": Value(PERSON, name="contact_phone"),
        "pickup": Value(FIXED, fixed="counter"),
        "declaration": Value(FIXED, fixed=True),
    },
    expected={"reference": Expected(PRESENT)},
)
STATUS = Step(
    "step3",
    "getApplication",
    (200,),
    parameters={"path reference": Value(ANSWER, name="reference", step="step2")},
    expected={"state": Expected(EQUALS, Value(FIXED, fixed="received"))},
    patient=True,
)
RECEIPT = Receipt(
    "residence.submitPermitApplication", ACCEPTED, 1, {"document_number": Value(PERSON, name="document_number")}
)
STORY = Story("picked", "挑选的场景", "A picked scenario", "entitled", (DRAFT, SUBMIT, STATUS), (RECEIPT,))


def test_the_document_passes_the_check_of_orders():
    assert arazzo.check(compose(STORY, PALETTE), content("residence_permit.contract.openapi.json")) == []


def test_the_palette_has_what_the_contract_and_the_interfaces_offer():
    assert set(PALETTE.calls) == {"getHealth", "getDraft", "submitApplication", "getApplication"}
    assert PALETTE.opening is not None
    assert PALETTE.opening.operation == "openSession"
    assert "residence.submitPermitApplication" in PALETTE.receipts
    ground = next(each for each in PALETTE.calls["submitApplication"].fields if each.name == "ground")
    assert ground.choices == ("employment", "dwelling", "study")
    assert ground.title["en"] == "Ground"


def test_a_story_is_read_back_from_its_document_as_stored():
    stored = json.loads(json.dumps(compose(STORY, PALETTE)))
    assert story_of(stored, PALETTE) == STORY
    assert from_data(json.loads(json.dumps(STORY.as_data()))) == STORY


def test_a_document_that_was_changed_by_hand_is_no_story_any_more():
    changed = compose(STORY, PALETTE)
    changed["workflows"][0]["steps"][1]["successCriteria"].append({"condition": "$statusCode == 500"})
    assert story_of(changed, PALETTE) is None
    assert story_of(content("scenarios/rare_name.arazzo.json"), PALETTE) is None


def test_an_operation_that_is_gone_is_named():
    with pytest.raises(StoryBroken, match="noSuch"):
        compose(STORY.with_step(replace(DRAFT, operation="noSuch")), PALETTE)


def test_a_step_that_others_need_can_be_neither_removed_nor_passed():
    with pytest.raises(ValueError, match="step3"):
        STORY.without_step("step2")
    with pytest.raises(ValueError, match="step3"):
        STORY.with_step_earlier("step3")
    assert [each.id for each in STORY.with_step_earlier("step2").steps] == ["step2", "step1", "step3"]
    assert STORY.fresh_id() == "step4"


@given(text=st.text(max_size=40))
def test_a_typed_text_is_compared_and_never_read_as_a_condition(text):
    step = replace(DRAFT, expected={"name": Expected(EQUALS, Value(FIXED, fixed=text))})
    criteria = compose(Story("c", "t", "t", "entitled", (step,)), PALETTE)["workflows"][0]["steps"][1][
        "successCriteria"
    ]
    scope = Scope(inputs={})
    scope.status, scope.response = 200, Message(body={"name": text})
    assert all(each.holds for each in check_criteria(criteria, scope))
    scope.response = Message(body={"name": f"{text}x"})
    assert not all(each.holds for each in check_criteria(criteria, scope))


@given(text=st.text(min_size=1, max_size=40))
def test_a_text_that_must_be_contained_is_no_pattern(text):
    step = replace(DRAFT, expected={"name": Expected(CONTAINS, Value(FIXED, fixed=text))})
    criteria = compose(Story("c", "t", "t", "entitled", (step,)), PALETTE)["workflows"][0]["steps"][1][
        "successCriteria"
    ]
    scope = Scope(inputs={})
    scope.status, scope.response = 200, Message(body={"name": f"a{text}b"})
    assert all(each.holds for each in check_criteria(criteria, scope))


def _played(story: Story, tmp_path: Path) -> dict:
    a_job = job(groups={"start"})
    a_job["plan"]["scenarios"] = [{"code": story.code, "arazzo": compose(story, PALETTE)}]
    a_job["plan"]["checks"].append({"id": f"scenario.{story.code}", "mandatory": True, "weight": 10})
    return run(a_job, tmp_path)[f"scenario.{story.code}"]


@pytest.mark.enable_socket
def test_the_reference_app_plays_the_story_and_a_wrong_wish_is_found(tmp_path):
    assert _played(STORY, tmp_path)["outcome"] == "passed"
    wrong = STORY.with_receipt(replace(RECEIPT, count=2), 0)
    found = _played(wrong, tmp_path)
    assert found["outcome"] == "failed"
    assert "2" in found["summary"]["en"]
