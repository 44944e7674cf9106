"""Reviews: one for each decided case by its citizen; a bad one opens a follow-up; moderation is explained."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from marketplace.core.errors import Conflict, InvalidInput, NotAllowed
from marketplace.core.models import AuditEvent
from marketplace.store.models import FollowUp, Review
from marketplace.store.services import (
    add_to_review,
    hold_review,
    launch_case,
    release_review,
    remove_review,
    reply_to_review,
    submit_review,
)
from marketplace.store.services.comparison import scores_of
from marketplace.store.services.tallies import day_of, differences
from marketplace.store.signals import review_submitted
from tests import factory
from tests.store import factory as store

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at(monkeypatch, now):
    monkeypatch.setattr("marketplace.core.clock._source", lambda: now)


@pytest.fixture
def listing(cast, now):
    return factory.market(cast, now=now)


@pytest.fixture
def case(listing, cast, now):
    return store.decided_case(listing, cast.citizen, now=now)


def review(case, cast, now, service=4, app=5, **fields):
    return submit_review(
        case=case, citizen=cast.citizen, service_level=service, app_level=app, now=now, **({"text": "好"} | fields)
    )


def score(listing, now):
    return scores_of([listing.app_id], today=day_of(now))[listing.app_id, "app"]


def test_a_good_review_counts_and_opens_nothing(listing, case, cast, now):
    heard = []
    review_submitted.connect(lambda sender, review, **kwargs: heard.append(review), weak=False, dispatch_uid="test")
    try:
        made = review(case, cast, now, tags=["fast"])
    finally:
        review_submitted.disconnect(dispatch_uid="test")
    assert heard == [made]
    assert not FollowUp.objects.exists()
    assert score(listing, now).count == 1
    assert score(listing, now).mean == Decimal("4.0476")


@pytest.mark.parametrize(("service", "app"), [(2, 5), (1, 5), (5, 2), (5, 1)])
def test_a_bad_face_opens_a_follow_up_with_working_day_clocks(case, cast, now, service, app):
    made = review(case, cast, now, service, app)
    follow_up = made.follow_up
    # Monday 3 August 2026, 10:00 in Shanghai: one working day ends with Tuesday, five end with Monday.
    assert follow_up.verify_due_at == datetime(2026, 8, 4, 16, tzinfo=UTC)
    assert follow_up.rectify_due_at == datetime(2026, 8, 10, 16, tzinfo=UTC)
    assert cast.publisher.notices.get().kind == "follow-up-opened"


def test_twice_is_refused(case, cast, now):
    review(case, cast, now)
    with pytest.raises(Conflict):
        review(case, cast, now, 1, 1)
    assert Review.objects.get().app_level == 5
    assert differences() == []


def test_a_stranger_is_refused(case, cast, now):
    with pytest.raises(NotAllowed):
        submit_review(case=case, citizen=cast.stranger, service_level=5, app_level=5, now=now)


def test_an_undecided_case_is_refused(listing, cast, now):
    case = launch_case(listing=listing, citizen=cast.citizen, now=now)[0]
    with pytest.raises(NotAllowed):
        review(case, cast, now)


def test_the_thirty_first_day_is_too_late(case, cast, now):
    with pytest.raises(NotAllowed):
        review(case, cast, now + timedelta(days=30, seconds=1))
    assert review(case, cast, now + timedelta(days=30)).pk


def test_the_vendors_people_are_refused(listing, cast, now):
    case = store.decided_case(listing, cast.developer, now=now)
    with pytest.raises(NotAllowed):
        submit_review(case=case, citizen=cast.developer, service_level=5, app_level=5, now=now)


@pytest.mark.parametrize(("service", "app"), [(0, 5), (5, 6), (None, 5), (5, None)])
def test_levels_have_no_default_and_no_sixth(case, cast, now, service, app):
    with pytest.raises(InvalidInput):
        review(case, cast, now, service, app)


def test_unknown_tags_are_refused(case, cast, now):
    with pytest.raises(InvalidInput):
        review(case, cast, now, tags=["cashback"])


def test_one_addition(case, cast, now):
    made = review(case, cast, now)
    add_to_review(review=made, citizen=cast.citizen, text="后来也好", now=now)
    with pytest.raises(Conflict):
        add_to_review(review=made, citizen=cast.citizen, text="再加", now=now)
    with pytest.raises(NotAllowed):
        add_to_review(review=made, citizen=cast.stranger, text="我也说", now=now)
    assert Review.objects.get().addition == "后来也好"


def test_one_public_reply_of_the_vendor(case, cast, now):
    made = review(case, cast, now)
    with pytest.raises(NotAllowed):
        reply_to_review(review=made, by=cast.stranger, text="谢谢", now=now)
    reply_to_review(review=made, by=cast.developer, text="谢谢", now=now)
    with pytest.raises(Conflict):
        reply_to_review(review=made, by=cast.developer, text="再谢", now=now)
    assert Review.objects.get().reply == "谢谢"


def test_held_reviews_do_not_count_until_released(listing, case, cast, now):
    made = review(case, cast, now)
    hold_review(review=made, by=cast.operator, reason="短时间内同一设备多次评价", now=now)
    assert score(listing, now).count == 0
    with pytest.raises(Conflict):
        hold_review(review=made, by=cast.operator, reason="again", now=now)
    release_review(review=made, by=cast.operator, now=now)
    assert score(listing, now).count == 1
    assert differences() == []


@pytest.mark.parametrize("held_first", [False, True])
def test_removed_reviews_do_not_count_and_say_why(listing, case, cast, now, held_first):
    made = review(case, cast, now)
    if held_first:
        hold_review(review=made, by=cast.operator, reason="核实中", now=now)
    remove_review(review=made, by=cast.operator, reason="含他人身份证号", now=now)
    assert score(listing, now).count == 0
    assert differences() == []
    with pytest.raises(Conflict):
        release_review(review=made, by=cast.operator, now=now)
    with pytest.raises(Conflict):
        reply_to_review(review=made, by=cast.developer, text="谢谢", now=now)


def test_only_moderators_moderate_and_only_with_a_reason(case, cast, now):
    made = review(case, cast, now)
    with pytest.raises(NotAllowed):
        remove_review(review=made, by=cast.developer, reason="坏评", now=now)
    with pytest.raises(InvalidInput):
        remove_review(review=made, by=cast.operator, reason="  ", now=now)


def test_every_change_is_audited_without_the_words(case, cast, now):
    made = review(case, cast, now, text="秘密的话")
    hold_review(review=made, by=cast.operator, reason="核实中", now=now)
    events = AuditEvent.objects.filter(subject=f"store.review:{made.pk}")
    assert [event.verb for event in events] == ["submitted", "held"]
    assert "秘密" not in str([event.after for event in events])


def test_the_page_asks_two_questions_and_chooses_nothing(client, case, cast):
    client.force_login(cast.citizen)
    address = reverse("store:rate", args=[case.number])
    html = client.get(address).content.decode()
    assert html.count('type="radio"') == 10
    assert "checked" not in html
    answer = client.post(address, {"service_level": "5"})
    assert answer.status_code == 200
    assert "error" in answer.content.decode()
    assert not Review.objects.exists()
    answer = client.post(address, {"service_level": "5", "app_level": "1", "tags": ["slow"], "text": "卡"})
    assert answer["Location"] == reverse("store:rated", args=[case.number])
    assert client.get(answer["Location"]).status_code == 200
    assert client.get(address).status_code == 302
    assert Review.objects.get().tags == ["slow"]


def test_reviewing_too_late_is_said_on_the_page(client, case, cast, monkeypatch, now):
    monkeypatch.setattr("marketplace.core.clock._source", lambda: now + timedelta(days=40))
    client.force_login(cast.citizen)
    assert client.get(reverse("store:rate", args=[case.number])).status_code == 403
