"""The bureau posts its demand order, with all that vendors are measured by, and rehearses it before it opens."""

import time
from datetime import timedelta

from marketplace.catalogue.models import InterfaceVersion, ServiceItem
from marketplace.demo.chapters.pay import TARIFF_CODE
from marketplace.demo.telling import CONTENT, Telling, content
from marketplace.orders.services.drafting import create_order, put_scenario
from marketplace.orders.services.opening import open_order, submit_order
from marketplace.orders.services.rehearsing import is_rehearsed, request_rehearsal

WAIT_SECONDS = 900
SCENARIOS = ("apply_received", "residence_too_short", "rare_name")


def draft(telling: Telling) -> None:
    """The editor writes the order."""
    now = telling.at(telling.quarter.day(-48))
    editor = telling.people["editor"]
    telling.order = create_order(
        service_item=ServiceItem.objects.get(code="JZZQF-001"),
        code=f"XQ-{telling.quarter.year}-001",
        by=editor,
        now=now,
        interface_versions=InterfaceVersion.objects.filter(state="stable"),
        title_zh="居住证签发应用",
        title_en="An app for residence permits",
        description_zh="市民通过任一应用都能在网上申领居住证：身份与登记信息由接口提供，不再要求上传。",
        description_en="Citizens apply online with any of the apps; what an interface knows isn't asked for.",
        contract=(CONTENT / "residence_permit.contract.openapi.json").read_bytes(),
        thresholds=content("thresholds.json"),
        tariff_code=TARIFF_CODE,
        framework_number=f"KJXY-{telling.quarter.year}-07",
        framework_ends_on=telling.quarter.first_day + timedelta(days=730),
        questions_close_on=telling.quarter.first_day - timedelta(days=25),
    )
    for position, code in enumerate(SCENARIOS):
        document = content(f"scenarios/{code}.arazzo.json")
        put_scenario(
            order=telling.order,
            code=code,
            title_zh=document["info"]["title"],
            title_en=document["info"]["x-minshi-title-en"],
            content=document,
            by=editor,
            now=now,
            position=position,
        )


def ask_for_rehearsal(telling: Telling) -> None:
    """The editor asks the sandbox to play the order's own plan."""
    request_rehearsal(order=telling.order, by=telling.people["editor"], now=telling.at(telling.quarter.day(-46)))


def rehearse_and_open(telling: Telling) -> None:
    """The sandbox plays the order's plan against the reference app; then the publisher opens the order."""
    editor, publisher = telling.people["editor"], telling.people["publisher"]
    ask_for_rehearsal(telling)
    deadline = time.monotonic() + WAIT_SECONDS
    while telling.order.rehearsed_at is None:
        if time.monotonic() > deadline:
            raise RuntimeError("The rehearsal didn't end in time; see the sandbox worker's log.")
        time.sleep(0.5)
        telling.order.refresh_from_db()
    if not is_rehearsed(telling.order):
        raise RuntimeError(f"The order's own rehearsal failed: {telling.order.rehearsal_message}")
    submit_order(order=telling.order, by=editor, now=telling.at(telling.quarter.day(-45)))
    open_order(order=telling.order, by=publisher, now=telling.at(telling.quarter.day(-44)))
    telling.order.refresh_from_db()
