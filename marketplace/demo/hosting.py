"""The vendors' hosts and the department's own system: the three apps and their gateway on loopback."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from marketplace.accounts.models import ApiToken, Department, User
from marketplace.accounts.services import find_token, issue_token, revoke_token
from marketplace.core import clock
from marketplace.demo.processes import Processes
from marketplace.demo.telling import CONTENT, content

GATEWAY_PORT = 9100
SOURCE = "/departments/psb/residence-system"
DECIDE_AFTER_SECONDS = 20
CITY_PEOPLE = 1000
CITY_SEED = 7


def department_token(folder: Path) -> Path:
    """Return the file in the demo's folder with the token of the bureau's system; one that still works is kept."""
    path, now = folder / "events-token", clock.now()
    if path.exists() and find_token(secret=path.read_text(), now=now):
        return path
    publisher = User.objects.get(email="publisher@psb.example")
    for earlier in ApiToken.objects.filter(source=SOURCE, revoked_at=None):
        revoke_token(token=earlier, by=publisher, now=now)
    police = Department.objects.get(code="psb")
    secret = issue_token(
        name=f"{police.name_zh} 业务系统",
        user=publisher,
        scopes=["events:write"],
        now=now,
        lifetime=timedelta(days=365),
        department=police,
        source=SOURCE,
    )[1]
    path.touch(mode=0o600)
    path.write_text(secret)
    return path


def host_ports() -> list[int]:
    """Return the ports of the gateway and of the vendors' apps."""
    return [GATEWAY_PORT, *(vendor["app"]["port"] for vendor in content("bodies.json")["vendors"])]


def start_hosts(processes: Processes, *, folder: Path, platform: str) -> None:
    """Start the gateway with its department, and each vendor's app at the address that its listing names.

    `folder` keeps their state, `platform` is the platform's own address.
    """
    gateway = [sys.executable, "-m", "sandbox.probe", "gateway", "--port", str(GATEWAY_PORT)]
    gateway += ["--seed", str(CITY_SEED), "--people", str(CITY_PEOPLE), "--interfaces", str(CONTENT / "interfaces")]
    gateway += ["--jwks", f"{platform}/.well-known/jwks.json"]
    gateway += ["--events-url", f"{platform}/api/v1/events", "--events-token-file", str(department_token(folder))]
    processes.start("gateway", [*gateway, "--decide-after", str(DECIDE_AFTER_SECONDS)])
    for vendor in content("bodies.json")["vendors"]:
        _start_app(processes, folder, vendor["app"])


def _start_app(processes: Processes, folder: Path, app: dict[str, Any]) -> None:
    state = folder / "apps" / app["code"]
    state.mkdir(parents=True, exist_ok=True)
    processes.start(
        f"app-{app['code']}",
        [sys.executable, "-m", "sandbox.reference"],
        PORT=str(app["port"]),
        HOST="127.0.0.1",
        GATEWAY_URL=f"http://127.0.0.1:{GATEWAY_PORT}",
        STATE_DIR=str(state),
        APP_NAME_ZH=app["name_zh"],
        APP_NAME_EN=app["name_en"],
        APP_ACCENT=app["accent"],
        APP_VARIANT="slow" if app["variant"] == "slow" else "good",
    )
    processes.wait_for(f"http://127.0.0.1:{app['port']}/healthz")
