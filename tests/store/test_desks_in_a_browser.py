"""The desks and a citizen's pages in a real browser: axe at three widths, nothing scrolls sideways, large text."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.store.services import launch_case, submit_review
from tests import factory
from tests.looks.browser import assert_accessible, assert_elder_friendly, sign_in
from tests.store import factory as store

pytestmark = pytest.mark.browser


@pytest.fixture
def world(site):
    """The five people, a listing, an open case and a badly reviewed one, a report that waits."""
    now = timezone.now()
    people = factory.cast(now=now)
    listing = factory.market(people, now=now)
    started = launch_case(listing=listing, citizen=people.citizen, now=now)[0]
    done = store.decided_case(listing, people.citizen, now=now)
    rated = store.decided_case(listing, people.citizen, now=now - timedelta(hours=1))
    review = submit_review(case=rated, citizen=people.citizen, service_level=1, app_level=4, text="太慢了", now=now)
    token = store.token(people.police, people.editor, now=now)[0]
    disputed = launch_case(listing=listing, citizen=people.stranger, now=now)[0]
    store.send(token, disputed, "completed", now, now=now)
    store.send(token, disputed, "denied", now, now=now)
    return {"people": people, "listing": listing, "started": started, "done": done, "review": review}


def test_a_citizens_pages_in_large_text(page, world):
    sign_in(page, world["people"].citizen)
    page.click("text=长辈版")
    paths = [
        "cases/",
        f"cases/{world['started'].number}/",
        f"cases/{world['started'].number}/withdraw/",
        f"cases/{world['done'].number}/rate/",
        f"cases/{world['review'].case.number}/rated/",
        "reviews/",
        f"reviews/{world['review'].pk}/addition/",
        f"apps/{world['listing'].app.code}/start/",
    ]
    for path in paths:
        page.goto(f"/zh-hans/services/{path}")
        assert_accessible(page, widths=(390,))
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            assert_elder_friendly(page)


@pytest.mark.parametrize(
    ("who", "paths"),
    [
        ("publisher", ["counter/", "counter/{started}/", "decisions/", "keys/", "waiting/", "follow-ups/"]),
        ("publisher", ["follow-ups/{follow_up}/"]),
        ("operator", ["listings/", "listings/{listing}/", "moderation/", "moderation/{review}/"]),
        ("developer", ["../vendor/listings/", "../vendor/reviews/", "../vendor/reviews/{review}/reply/"]),
    ],
)
def test_desks(page, world, who, paths):
    names = {"started": world["started"].number, "listing": world["listing"].pk, "review": world["review"].pk}
    names["follow_up"] = world["review"].follow_up.pk
    sign_in(page, getattr(world["people"], who))
    for path in paths:
        answer = page.goto(f"/en/services/desk/{path.format(**names)}")
        assert answer.status == 200, path
        assert_accessible(page)
