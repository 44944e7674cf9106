"""A service item reaches citizens complete or not at all."""

import pytest

from marketplace.catalogue.models import ServiceItem
from marketplace.catalogue.search import search
from marketplace.catalogue.services import items as services
from marketplace.core.errors import Conflict, MoveRefused
from marketplace.core.models import AuditEvent
from tests import factory

pytestmark = pytest.mark.django_db

MOVES = {"publish": ("draft", "published"), "retire": ("published", "retired")}


@pytest.mark.parametrize("state", ServiceItem.State.values)
@pytest.mark.parametrize("verb", MOVES)
def test_every_verb_from_every_state(cast, now, state, verb):
    item = factory.service_item(cast.police, state=state)
    allowed, reached = MOVES[verb]
    if state == allowed:
        getattr(item, verb)(by=cast.publisher, now=now)
        assert ServiceItem.objects.get(pk=item.pk).state == reached
    else:
        with pytest.raises(MoveRefused):
            getattr(item, verb)(by=cast.publisher, now=now)
        assert ServiceItem.objects.get(pk=item.pk).state == state


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("legal_limit", None),
        ("promised_limit", None),
        ("consultation_phone", ""),
        ("complaint_phone", ""),
        ("fee_charged", None),
        ("guide_zh", ""),
        ("guide_en", ""),
        ("promised_limit", 30),
    ],
)
def test_publishing_names_what_is_missing(cast, now, field, value):
    item = factory.service_item(cast.police, state="draft", **{field: value})
    with pytest.raises(services.ItemIncomplete) as refusal:
        services.publish_item(item=item, by=cast.publisher, now=now)
    assert list(refusal.value.lacks) == [field]
    assert ServiceItem.objects.get(pk=item.pk).state == "draft"


def test_a_fee_needs_its_basis(cast, now):
    item = factory.service_item(cast.police, state="draft", fee_charged=True)
    with pytest.raises(services.ItemIncomplete) as refusal:
        services.publish_item(item=item, by=cast.publisher, now=now)
    assert list(refusal.value.lacks) == ["fee_basis_zh"]


def test_no_limit_at_all_is_an_answer(cast, now):
    item = factory.service_item(cast.police, state="draft", legal_limit=0, promised_limit=0)
    services.publish_item(item=item, by=cast.publisher, now=now)
    assert item.state == "published"


def test_citizens_find_an_item_from_publishing_until_it_is_retired(cast, now):
    item = factory.service_item(cast.police, state="draft", name_zh="钓鱼许可")
    assert list(search("钓鱼许可").items) == []
    services.publish_item(item=item, by=cast.publisher, now=now)
    assert list(search("钓鱼许可").items) == [item]
    services.edit_item(item=item, by=cast.editor, now=now, name_zh="垂钓证办理")
    assert list(search("垂钓").items) == [item]
    services.retire_item(item=item, by=cast.publisher, now=now)
    assert list(search("垂钓").items) == []


def test_an_edit_is_audited_with_the_names_of_the_fields(cast, now):
    item = factory.service_item(cast.police)
    services.edit_item(item=item, by=cast.editor, now=now, guide_zh="新的指南", legal_limit=item.legal_limit, steps=[])
    event = AuditEvent.objects.filter(verb="edited").get()
    assert event.after == {"fields": ["guide_zh", "steps"]}


def test_a_retired_item_is_left_alone(cast, now):
    item = factory.service_item(cast.police, state="retired")
    with pytest.raises(Conflict):
        services.edit_item(item=item, by=cast.editor, now=now, guide_zh="新")


def test_state_and_department_are_not_edited(cast, now):
    item = factory.service_item(cast.police)
    for field in ("state", "department", "published_at", "code"):
        with pytest.raises(TypeError):
            services.edit_item(item=item, by=cast.editor, now=now, **{field: "x"})


def test_materials_and_steps_keep_their_order(cast, now):
    item = services.create_item(
        department=cast.police,
        code="N-1",
        by=cast.editor,
        now=now,
        name_zh="新事项",
        materials=[{"name_zh": "甲", "name_en": "A"}, {"name_zh": "乙", "name_en": "B"}],
        steps=[{"department": cast.police, "name_zh": "受理", "name_en": "In"}],
    )
    assert [each.name_zh for each in item.materials.all()] == ["甲", "乙"]
    assert [each.position for each in item.steps.all()] == [1]


def test_a_code_belongs_to_one_item(cast, now):
    item = factory.service_item(cast.police)
    with pytest.raises(Conflict) as refusal:
        services.create_item(department=cast.police, code=item.code, by=cast.editor, now=now, name_zh="又一个")
    assert refusal.value.field == "code"


def test_two_publish_at_once_and_one_is_told(cast, now):
    item = factory.service_item(cast.police, state="draft")
    first, second = ServiceItem.objects.get(pk=item.pk), ServiceItem.objects.get(pk=item.pk)
    services.publish_item(item=first, by=cast.publisher, now=now)
    with pytest.raises(MoveRefused):
        services.publish_item(item=second, by=cast.publisher, now=now)
    assert AuditEvent.objects.filter(verb="published").count() == 1
