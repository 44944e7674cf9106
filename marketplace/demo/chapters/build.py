"""Three vendors register, are verified, take the order and upload apps; one more upload is hostile."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils import translation

from marketplace.accounts.models import User
from marketplace.demo.chapters.people import credit_code
from marketplace.demo.hostile import write_sparse_archive
from marketplace.demo.telling import PASSWORD, Telling, content
from sandbox.reference_image import write_reference_archive
from vendors.models import AppVersion
from vendors.services.apps import create_app
from vendors.services.claims import claim_order
from vendors.services.membership import set_bank_account
from vendors.services.questions import answer_question, ask_question
from vendors.services.registration import register_vendor, verify_vendor
from vendors.services.submission import submit_version

WAIT_SECONDS = 900
SPARSE_GIGABYTES = 3
"""How much the hostile layer claims to be; its archive has a few kilobytes."""


def register(telling: Telling) -> None:
    """The vendors register, the operator verifies them, one asks a question, all take the order."""
    bodies = content("bodies.json")
    for number, body in enumerate(bodies["vendors"]):
        now = telling.at(telling.quarter.day(-36, 9 + number))
        owner = User.objects.create_user(body["email"], PASSWORD, name=body["owner"], language="zh-hans")
        telling.people[body["key"]] = owner
        vendor = register_vendor(
            name_zh=body["name_zh"],
            name_en=body["name_en"],
            credit_code=credit_code(100 + number, kind="91"),
            code=body["code"],
            contact_name=body["owner"],
            contact_phone=f"99-86{number}0",
            by=owner,
            now=now,
        )
        set_bank_account(vendor=vendor, account=body["bank_account"], bank_name=body["bank_name"], by=owner, now=now)
        now = telling.at(telling.quarter.day(-35, 9 + number))
        verify_vendor(vendor=vendor, by=telling.people["operator"], now=now)
        telling.vendors[body["key"]] = vendor
    _ask_and_answer(telling, bodies["question"])
    for number, body in enumerate(bodies["vendors"]):
        _claim(telling, body, number)


def _ask_and_answer(telling: Telling, texts: dict[str, str]) -> None:
    now = telling.at(telling.quarter.day(-34))
    asker = telling.people["hezhong"]
    question = ask_question(
        vendor=telling.vendors["hezhong"], order=telling.order, text=texts["text"], by=asker, now=now
    )
    now = telling.at(telling.quarter.day(-33))
    answer_question(question=question, answer=texts["answer"], by=telling.people["publisher"], now=now)


def _claim(telling: Telling, body: dict[str, Any], number: int) -> None:
    now = telling.at(telling.quarter.day(-32, 9 + number))
    vendor, owner, app = telling.vendors[body["key"]], telling.people[body["key"]], body["app"]
    claim_order(vendor=vendor, order=telling.order, by=owner, now=now, accept_tariff=True, accept_data_terms=True)
    telling.apps[body["key"]] = create_app(
        vendor=vendor,
        service_item=telling.order.service_item,
        name_zh=app["name_zh"],
        name_en=app["name_en"],
        code=app["code"],
        summary_zh=app["summary_zh"],
        summary_en=app["summary_en"],
        accent=app["accent"],
        support_contact=vendor.contact_phone,
        privacy_zh="只取办件所需的身份与居住登记信息，办结后三十日内删除。",
        privacy_en="Takes only the identity and registration data that a case needs; deleted thirty days later.",
        address=f"http://127.0.0.1:{app['port']}",
        by=owner,
        now=now,
    )


def upload(telling: Telling) -> None:
    """The apps go through the sandbox; the one that loses submissions comes back repaired."""
    telling.at(telling.quarter.day(-20))
    first = [
        _submit(telling, body["key"], "1.0.0", body["app"]["variant"]) for body in content("bodies.json")["vendors"]
    ]
    hostile = _submit_hostile(telling)
    settle(telling, [*first, hostile], say=telling.say)
    telling.at(telling.quarter.day(-13))
    settle(telling, [_submit(telling, "hezhong", "1.0.1", "good")], say=telling.say)


def _submit(telling: Telling, key: str, version: str, variant: str) -> AppVersion:
    app = telling.apps[key]
    environment = {
        "APP_NAME_ZH": app.name_zh,
        "APP_NAME_EN": app.name_en,
        "APP_ACCENT": app.accent,
        "APP_VARIANT": variant,
        "APP_VERSION": version,
    }
    path = telling.folder / "uploads" / f"{app.code}-{version}.tar"
    write_reference_archive(path, **environment)
    return _upload(telling, key, version, path)


def _upload(telling: Telling, key: str, version: str, path: Path) -> AppVersion:
    pinned = telling.order.interface_versions.select_related("interface")
    manifest = {
        "port": 8080,
        "health_path": "/healthz",
        "memory_mb": 256,
        "interfaces": sorted(version.interface.code for version in pinned),
        "scopes": sorted(scope for version in pinned for scope in version.scopes),
        "languages": ["zh-hans", "en"],
    }
    with path.open("rb") as archive:
        return submit_version(
            app=telling.apps[key],
            order=telling.order,
            version=version,
            archive=archive,
            manifest=manifest,
            by=telling.people[key],
            now=telling.clock(),
        )


def _submit_hostile(telling: Telling) -> AppVersion:
    """Upload an image whose one layer is a sparse file of gigabytes in a few kilobytes."""
    path = telling.folder / "uploads" / "hostile.tar"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_sparse_archive(path, logical_bytes=SPARSE_GIGABYTES * 1024**3)
    return _upload(telling, "ninghai", "1.0.9", path)


def settle(telling: Telling, versions: list[AppVersion], *, say: Callable[[str], None]) -> None:
    """Wait until the sandbox has a verdict on every version, telling each change; RuntimeError after WAIT_SECONDS."""
    deadline = time.monotonic() + WAIT_SECONDS
    seen: dict[int, str] = {}
    done = {"refused", "certified", "failed"}
    while time.monotonic() < deadline:
        for version in AppVersion.objects.select_related("app").filter(pk__in=[each.pk for each in versions]):
            if seen.get(version.pk) != version.state:
                seen[version.pk] = version.state
                with translation.override("en"):
                    say(f"  {version.app.name_en} {version.version}: {version.get_state_display()}{_score(version)}")
        if all(seen.get(version.pk) in done for version in versions):
            return
        time.sleep(0.5)
    raise RuntimeError("The sandbox gave no verdict in time; see `manage.py doctor` and the sandbox worker's log.")


def _score(version: AppVersion) -> str:
    return f" ({version.score})" if version.score is not None else ""
