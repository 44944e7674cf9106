"""Pages of the orders: the board for everybody, the desk for the department, each move for its role and state."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from marketplace.orders import services
from marketplace.orders.models import DemandOrder
from marketplace.orders.plan import canonical_bytes, plan_of
from tests import factory as people
from tests.orders import factory

pytestmark = pytest.mark.django_db


class TestBoard:
    """What everybody sees."""

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_the_board_and_the_order(self, client, cast, now, language):
        order = factory.opened(cast, now=now)
        assert order.code in client.get(f"/{language}/orders/").content.decode()
        page = client.get(f"/{language}/orders/{order.code}/")
        assert page.status_code == 200
        assert "GET /api/draft" in page.content.decode()

    def test_a_question_is_shown_without_its_asker(self, client, cast, now):
        order = factory.opened(cast, now=now)
        order.questions.create(
            vendor=cast.vendor, asked_by=cast.developer, asked_at=now, text="门槛何时复核?", due_at=now
        )
        text = client.get(f"/zh-hans/orders/{order.code}/").content.decode()
        assert "门槛何时复核?" in text
        assert cast.vendor.name_zh not in text
        assert str(cast.developer) not in text

    def test_documents_are_sent_as_they_are(self, client, cast, now):
        order = factory.opened(cast, now=now)
        assert json.loads(client.get(f"/en/orders/{order.code}/contract.json").content) == factory.contract()
        sent = client.get(f"/en/orders/{order.code}/scenarios/received.json")
        assert json.loads(sent.content) == factory.scenario()
        plan = client.get(f"/en/orders/{order.code}/plan.json")
        assert plan.content == canonical_bytes(plan_of(order))
        assert plan["X-Plan-SHA256"] == DemandOrder.objects.get(pk=order.pk).rehearsed_plan

    def test_an_amendment_is_public(self, client, cast, now):
        order = factory.opened(cast, now=now)
        services.amend_order(order=order, by=cast.publisher, now=now, reason="应答期延长", answer_days=5)
        assert "应答期延长" in client.get(f"/zh-hans/orders/{order.code}/").content.decode()

    @pytest.mark.parametrize("page", ["", "plan.json", "contract.json", "scenarios/received.json"])
    def test_a_draft_is_seen_by_its_department_only(self, client, cast, now, page):
        order = factory.draft(cast, now=now)
        url = f"/en/orders/{order.code}/{page}"
        assert client.get(url).status_code == 404
        client.force_login(cast.stranger)
        assert client.get(url).status_code == 404
        client.force_login(cast.publisher)
        assert client.get(url).status_code == 200

    def test_few_queries_whatever_the_number_of_orders(self, client, cast, now, django_assert_max_num_queries):
        item = people.service_item(cast.police)
        for _ in range(15):
            people.order(item, now=now)
        with django_assert_max_num_queries(12):
            client.get("/zh-hans/orders/")

    def test_an_order_with_much_to_show_needs_few_queries(self, client, cast, now, django_assert_max_num_queries):
        order = factory.opened(cast, now=now)
        for number in range(8):
            order.questions.create(vendor=cast.vendor, asked_by=cast.developer, asked_at=now, text="?", due_at=now)
            order.interface_versions.add(people.interface_version(cast.housing))
            services.amend_order(order=order, by=cast.publisher, now=now, reason="x", answer_days=10 + number)
        with django_assert_max_num_queries(12):
            assert client.get(f"/zh-hans/orders/{order.code}/").status_code == 200


PARTS = ["texts", "interfaces", "contract", "scenarios", "thresholds", "terms"]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(("who", "status"), [("editor", 200), ("publisher", 404), ("stranger", 404), (None, 302)])
def test_only_editors_write(client, cast, now, part, who, status):
    order = factory.draft(cast, now=now)
    if who:
        client.force_login(getattr(cast, who))
    assert client.get(reverse(f"orders:edit_{part}", args=[order.code])).status_code == status


@pytest.mark.parametrize("name", ["desk", "tasks"])
@pytest.mark.parametrize(("who", "status"), [("editor", 200), ("publisher", 200), ("developer", 404), (None, 302)])
def test_who_sees_the_desk(client, cast, now, name, who, status):
    order = factory.draft(cast, now=now)
    if who:
        client.force_login(getattr(cast, who))
    url = reverse(f"orders:{name}", args=[order.code] if name == "tasks" else [])
    assert client.get(url).status_code == status


class TestWriting:
    """An editor fills in each part; what is wrong is said where it is."""

    @pytest.fixture
    def order(self, client, cast, now):
        client.force_login(cast.editor)
        return factory.draft(cast, now=now)

    def test_from_nothing_to_the_publisher(self, client, cast, now):
        client.force_login(cast.editor)
        item = people.service_item(cast.police)
        version = people.interface_version(cast.police)
        new = {"service_item": item.pk, "code": "XQ-1", "title_zh": "应用", "title_en": "App"}
        assert client.post(reverse("orders:new_order"), new).status_code == 302
        order = DemandOrder.objects.get(code="XQ-1")
        self.put(client, order, "interfaces", {"interface_versions": [version.pk]})
        self.put(client, order, "contract", {"document": self.file(factory.contract())})
        scenario = {"code": "a", "title_zh": "提交", "title_en": "Submit", "document": self.file(factory.scenario())}
        self.put(client, order, "scenarios", scenario)
        self.put(client, order, "terms", {"tariff_code": "T-1", "answer_days": 3})
        page = client.get(reverse("orders:tasks", args=["XQ-1"]))
        assert page.context["missing"] == {}
        assert client.post(reverse("orders:move", args=["XQ-1", "submit"])).status_code == 302
        assert DemandOrder.objects.get(code="XQ-1").state == "review"

    def put(self, client, order, part, data):
        answer = client.post(reverse(f"orders:edit_{part}", args=[order.code]), data)
        assert answer.status_code == 302, answer.context["form"].errors

    def file(self, document):
        return SimpleUploadedFile("document.json", json.dumps(document).encode())

    def test_an_error_in_a_scenario_is_named_with_its_place(self, client, order):
        broken = factory.scenario()
        broken["workflows"][0]["steps"][1]["operationId"] = "nothing"
        url = reverse("orders:edit_scenarios", args=[order.code])
        data = {"code": "b", "title_zh": "x", "title_en": "x", "document": self.file(broken)}
        answer = client.post(url, data)
        assert answer.status_code == 422
        assert "/workflows/0/steps/1/operationId" in answer.content.decode()

    def test_an_error_in_the_contract_is_named_with_its_place(self, client, order):
        broken = factory.contract()
        del broken["info"]["title"]
        answer = client.post(reverse("orders:edit_contract", args=[order.code]), {"document": self.file(broken)})
        assert answer.status_code == 422
        assert "/info" in answer.content.decode()

    def test_weights_and_thresholds(self, client, order):
        url = reverse("orders:edit_thresholds", args=[order.code])
        form = client.get(url).context["form"]
        data = {name: field.initial for name, field in form.fields.items() if field.initial is not False}
        assert client.post(url, data | {"pass_mark": 10}).status_code == 200
        assert client.post(url, data | {"pass_mark": 85, "weight load.p95": 40}).status_code == 302
        order.refresh_from_db()
        assert order.thresholds["pass_mark"] == 85
        assert {"id": "load.p95", "mandatory": False, "weight": 40} in order.checks

    def test_a_code_that_is_taken(self, client, cast, order):
        new = {"service_item": order.service_item.pk, "code": order.code, "title_zh": "x", "title_en": "x"}
        answer = client.post(reverse("orders:new_order"), new)
        assert "code" in answer.context["form"].errors

    def test_a_scenario_is_removed(self, client, order):
        client.post(reverse("orders:remove_scenario", args=[order.code, "received"]))
        assert not order.scenarios.exists()

    def test_nothing_is_written_once_it_left_the_draft(self, client, cast, now, order):
        services.submit_order(order=order, by=cast.editor, now=now)
        data = {"title_zh": "新", "title_en": "New"}
        assert client.post(reverse("orders:edit_texts", args=[order.code]), data).status_code == 200
        order.refresh_from_db()
        assert order.title_en == "App"


MOVES = {
    "submit": ("draft", "editor"),
    "rehearse": ("draft review suspended", "editor"),
    "open": ("review", "publisher"),
    "resume": ("suspended", "publisher"),
    "close": ("open", "publisher"),
    "send-back": ("review", "publisher"),
    "suspend": ("open", "publisher"),
    "withdraw": ("draft review open", "publisher"),
}
REASONED = {"send-back", "suspend", "withdraw"}


@pytest.mark.parametrize("verb", MOVES)
@pytest.mark.parametrize("state", DemandOrder.State.values)
def test_each_move_in_each_state(client, cast, now, verb, state):
    order = factory.rehearsed(factory.draft(cast, now=now), now=now)
    DemandOrder.objects.filter(pk=order.pk).update(state=state, opened_at=now)
    states, role = MOVES[verb]
    client.force_login(getattr(cast, role))
    name = "orders:move_with_reason" if verb in REASONED else "orders:move"
    answer = client.post(reverse(name, args=[order.code, verb]), {"reason": "r"})
    assert answer.status_code == (302 if state in states.split() else 409)


@pytest.mark.parametrize("verb", [verb for verb, (_, role) in MOVES.items() if role == "publisher"])
@pytest.mark.parametrize("who", ["editor", "stranger"])
def test_publishing_is_the_publishers(client, cast, now, verb, who):
    order = factory.opened(cast, now=now)
    client.force_login(getattr(cast, who))
    name = "orders:move_with_reason" if verb in REASONED else "orders:move"
    assert client.post(reverse(name, args=[order.code, verb]), {"reason": "r"}).status_code == 404


def test_an_amendment_is_published_from_the_desk(client, cast, now):
    order = factory.opened(cast, now=now)
    client.force_login(cast.publisher)
    url = reverse("orders:amend", args=[order.code])
    form = client.get(url).context["form"]
    data = {name: form.initial.get(name) or "" for name in form.fields} | {"reason": "说明更清楚", "answer_days": 7}
    assert client.post(url, data).status_code == 302
    assert order.amendments.get().changes == {"answer_days": [3, 7]}


def test_an_order_with_an_unanswered_question_does_not_close(client, cast, now):
    order = factory.opened(cast, now=now)
    order.questions.create(vendor=cast.vendor, asked_by=cast.developer, asked_at=now, text="?", due_at=now)
    client.force_login(cast.publisher)
    assert client.post(reverse("orders:move", args=[order.code, "close"])).status_code == 409
    assert DemandOrder.objects.get(pk=order.pk).state == "open"


class TestAmendingWhatIsTested:
    """Only while the order is suspended, by the publisher, and with every error's place."""

    @pytest.fixture
    def suspended(self, client, cast, now):
        order = factory.opened(cast, now=now)
        services.suspend_order(order=order, by=cast.publisher, now=now, reason="复核")
        client.force_login(cast.publisher)
        return order

    def url(self, order, part):
        return reverse("orders:amend_tested", args=[order.code, part])

    def file(self, document):
        return SimpleUploadedFile("document.json", json.dumps(document).encode())

    def test_thresholds(self, client, suspended):
        form = client.get(self.url(suspended, "thresholds")).context["form"]
        data = {
            name: field.initial
            for name, field in form.fields.items()
            if field.initial is not False and field.initial is not None
        }
        assert (
            client.post(self.url(suspended, "thresholds"), data | {"pass_mark": 75, "reason": "降低"}).status_code
            == 302
        )
        assert suspended.amendments.get().changes == {"thresholds/pass_mark": [80, 75]}
        suspended.refresh_from_db()
        assert not services.is_rehearsed(suspended)

    def test_a_scenario(self, client, suspended):
        changed = factory.scenario()
        changed["info"]["title"] = "顺利提交申请"
        data = {"code": "received", "document": self.file(changed), "reason": "标题"}
        assert client.post(self.url(suspended, "scenarios"), data).status_code == 302
        assert suspended.amendments.get().changes == {"scenarios/received/info/title": ["顺利提交", "顺利提交申请"]}
        assert suspended.scenarios.get().arazzo == changed

    def test_a_contract_that_the_scenarios_no_longer_fit_does_not_resume(self, client, cast, now, suspended):
        changed = factory.contract()
        del changed["paths"]["/api/applications"]
        data = {"document": self.file(changed), "reason": "去掉提交"}
        assert client.post(self.url(suspended, "contract"), data).status_code == 302
        suspended.refresh_from_db()
        factory.rehearsed(suspended, now=now)
        with pytest.raises(services.OrderIncomplete) as refusal:
            services.resume_order(order=suspended, by=cast.publisher, now=now)
        assert list(refusal.value.lacks) == ["scenarios"]

    def test_an_error_in_the_contract_is_named_with_its_place(self, client, suspended):
        data = {"document": self.file({"openapi": "2.0"}), "reason": "x"}
        answer = client.post(self.url(suspended, "contract"), data)
        assert answer.status_code == 422
        assert "/openapi" in answer.content.decode()

    def test_an_open_order_is_suspended_first(self, client, cast, now):
        order = factory.opened(cast, now=now)
        client.force_login(cast.publisher)
        data = {"document": self.file(factory.contract() | {"tags": []}), "reason": "x"}
        assert client.post(self.url(order, "contract"), data).status_code == 200
        assert not order.amendments.exists()

    @pytest.mark.parametrize("part", ["thresholds", "contract", "scenarios"])
    @pytest.mark.parametrize("who", ["editor", "stranger"])
    def test_it_is_the_publishers(self, client, cast, suspended, part, who):
        client.force_login(getattr(cast, who))
        assert client.get(self.url(suspended, part)).status_code == 404

    def test_there_is_no_other_part(self, client, suspended):
        assert client.get(self.url(suspended, "nothing")).status_code == 404
