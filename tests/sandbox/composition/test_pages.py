"""An editor who can't program puts a scenario together, page by page; others see nothing of it."""

import pytest
from django.urls import reverse
from django.utils import translation

from marketplace.orders.models import DemandOrder
from sandbox.composition.document import story_of
from sandbox.composition.keeping import palette_of
from sandbox.models import CheckResult, SandboxRun
from sandbox.queue.queueing import queue_rehearsal
from tests.sandbox import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(cast, now):
    found = factory.residence_order(cast, now=now)
    DemandOrder.objects.filter(pk=found.pk).update(state="draft")
    found.refresh_from_db()
    return found


@pytest.fixture
def editor(client, cast):
    client.force_login(cast.editor)
    with translation.override("en"):
        yield client


def url(name, order, *args):
    return reverse(f"sandbox:{name}", args=[order.code, *args])


def begin(client, order, **fields):
    given = {"title_zh": "顺利提交", "title_en": "Goes well", "code": "well", "trait": "entitled"} | fields
    return client.post(url("compose_new", order), given)


STATUS = {"parameter.path.reference": "answer:step1:reference", "statuses": "200", "expected.state": 'fixed:"received"'}
SUBMIT = {
    "value.ground": 'fixed:"dwelling"',
    "value.phone": "person:contact_phone",
    "value.pickup": 'fixed:"mail"',
    "value.declaration": "fixed:true",
    "statuses": ["201", "202"],
    "expected.message": "part",
    "typed.expected.message": "申请",
}


def test_a_scenario_is_put_together_and_stored_as_arazzo(editor, order):
    assert begin(editor, order).status_code == 302
    assert editor.post(url("add_step", order, "well", "submitApplication"), SUBMIT).status_code == 302
    assert editor.post(url("add_step", order, "well", "getApplication"), STATUS | {"patient": "on"}).status_code == 302
    receipt = {"outcome": "accepted", "count": "1", "field.name": "person:name"}
    expect = url("add_receipt", order, "well", "residence.submitPermitApplication")
    assert editor.post(expect, receipt).status_code == 302

    scenario = order.scenarios.get(code="well")
    workflow = scenario.arazzo["workflows"][0]
    assert [each["operationId"] for each in workflow["steps"]] == ["openSession", "submitApplication", "getApplication"]
    assert workflow["steps"][1]["requestBody"]["payload"] == {
        "ground": "dwelling",
        "phone": "$inputs.contact_phone",
        "pickup": "mail",
        "declaration": True,
    }
    assert workflow["steps"][2]["onFailure"][0]["type"] == "retry"
    assert workflow["x-minshi-received"][0]["count"] == 1
    page = editor.get(url("compose", order, "well")).content.decode()
    assert "for example" in page
    assert "Ground" in page
    assert "within five seconds" in page


def test_what_was_picked_comes_back_to_be_changed(editor, order):
    begin(editor, order)
    editor.post(url("add_step", order, "well", "submitApplication"), SUBMIT)
    edit = url("edit_step", order, "well", "step1")
    form = editor.get(edit).context["form"]
    assert form.fields["value.ground"].initial == 'fixed:"dwelling"'
    assert form.fields["expected.message"].initial == "part"
    assert form.fields["typed.expected.message"].initial == "申请"
    changed = SUBMIT | {"value.phone": "typed", "typed.value.phone": "13900000000"}
    assert editor.post(edit, changed).status_code == 302
    story = story_of(order.scenarios.get(code="well").arazzo, palette_of(order))
    assert story.steps[0].values["phone"].fixed == "13900000000"
    assert editor.get(edit).context["form"].fields["value.phone"].initial == "typed"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"value.phone": "typed", "typed.value.phone": ""}, "Type the text"),
        ({"value.phone": "typed", "typed.value.phone": "$inputs.name"}, "can’t begin with|can't begin with"),
        ({"value.phone": "typed", "typed.value.phone": "a{$inputs.name}"}, "can't begin with"),
        ({"statuses": []}, "This field is required"),
        ({"statuses": ["299"]}, "Select a valid choice"),
        ({"value.ground": 'fixed:"castle"'}, "Select a valid choice"),
        ({"value.phone": "answer:step9:reference"}, "Select a valid choice"),
    ],
)
def test_what_can_not_be_is_refused_at_its_field(editor, order, fields, sentence):
    begin(editor, order)
    answer = editor.post(url("add_step", order, "well", "submitApplication"), SUBMIT | fields)
    assert answer.status_code == 200
    text = answer.content.decode().replace("&#x27;", "'")
    assert any(each in text for each in sentence.split("|"))
    assert len(order.scenarios.get(code="well").arazzo["workflows"][0]["steps"]) == 1


def test_a_step_that_others_need_stays(editor, order):
    begin(editor, order)
    editor.post(url("add_step", order, "well", "submitApplication"), SUBMIT)
    editor.post(url("add_step", order, "well", "getApplication"), STATUS)
    change = url("compose_change", order, "well")
    assert "A later part uses this answer" in editor.post(
        change, {"change": "remove step1"}, follow=True
    ).content.decode().replace("&#x27;", "'")
    assert editor.post(change, {"change": "remove step2"}).status_code == 302
    assert editor.post(change, {"change": "remove step1"}).status_code == 302
    assert editor.post(change, {"change": "explode step1"}).status_code == 404
    assert len(order.scenarios.get(code="well").arazzo["workflows"][0]["steps"]) == 1


def test_a_code_that_is_taken_is_told_at_its_field(editor, order):
    answer = begin(editor, order, code="rare_name")
    assert answer.status_code == 200
    assert "code already" in answer.content.decode()


def test_a_scenario_written_by_hand_is_shown_but_not_changed(editor, order):
    page = editor.get(url("compose", order, "rare_name"))
    assert "was written as a document" in page.content.decode()
    assert editor.get(url("add_step", order, "rare_name", "getDraft")).status_code == 404


def test_an_open_order_can_not_be_changed(editor, order):
    begin(editor, order)
    DemandOrder.objects.filter(pk=order.pk).update(state="open", opened_at="2026-01-01T00:00Z")
    answer = editor.post(url("add_step", order, "well", "submitApplication"), SUBMIT)
    assert answer.status_code == 200
    assert "Only a draft can be edited" in answer.content.decode()
    assert "can be read here, not changed" in editor.get(url("compose", order, "well")).content.decode()


@pytest.mark.parametrize("who", ["developer", "citizen", "operator", "stranger"])
def test_it_is_for_the_departments_editors(client, cast, order, who):
    client.force_login(getattr(cast, who))
    for name, args in (("compose_new", ()), ("compose", ("rare_name",)), ("add_step", ("rare_name", "getDraft"))):
        assert client.get(url(name, order, *args)).status_code == 404
    assert client.post(url("compose_change", order, "rare_name"), {"change": "remove step1"}).status_code == 404


def test_the_last_rehearsal_is_read_on_the_page(editor, order, now):
    begin(editor, order)
    run = queue_rehearsal(order=order, now=now)
    CheckResult.objects.create(
        run=run,
        position=1,
        code="scenario.well",
        group="scenario",
        outcome="failed",
        mandatory=True,
        weight=10,
        summary_zh="没有通过",
        summary_en="Step “Submit” did not pass",
        at=now,
    )
    assert "A rehearsal is on its way" in editor.get(url("compose", order, "well")).content.decode()
    SandboxRun.objects.filter(pk=run.pk).update(state="failed", score=50, verdict_digest="0" * 64, finished_at=now)
    page = editor.get(url("compose", order, "well")).content.decode()
    assert "did not pass" in page
    assert "has changed since" not in page
    editor.post(url("add_step", order, "well", "submitApplication"), SUBMIT)
    assert "has changed since" in editor.get(url("compose", order, "well")).content.decode()
