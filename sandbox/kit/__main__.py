"""Starts the test kit: reads what lies in its folder, does the checks, writes what was found; the exit code tells."""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from sandbox.kit.container import CannotStart, ContainerApp
from sandbox.kit.options import parse
from sandbox.kit.session import Contents, Session, Setup
from sandbox.kit.telling import Teller
from sandbox.probe.local import no_engine
from sandbox.reports.document import Document, to_bytes
from sandbox.reports.renderings.har import har_of
from sandbox.reports.renderings.junit import junit_of

CANNOT = 2
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)


def main(arguments: list[str]) -> int:
    """Do what the command line says; returns 0 all holds, 1 something doesn't, 2 could not be checked."""
    options = parse(arguments)
    folder = Path(os.environ.get("MINSHI_KIT", "."))
    contents = Contents.read(folder)
    teller = Teller(options.language, contents.plan)
    codes = [each["id"] for each in contents.plan["checks"]]
    if options.list:
        for code in codes:
            sys.stdout.write(f"{code:<28} {teller.title(code)}\n")
        return 0
    only = [part for each in options.only for part in each.split(",") if part]
    unknown = [each for each in only if each not in codes and not any(code.startswith(f"{each}.") for code in codes)]
    if unknown:
        teller.say("unknown", names=", ".join(unknown))
        return CANNOT
    if hashlib.sha256((folder / "plan.json").read_bytes()).hexdigest() != contents.about["plan_sha256"]:
        teller.say("other_plan")
    return _check(options, contents, teller, only)


def find_browser(named: str | None) -> str:
    """Return where a Chromium is, empty when there is none."""
    if named:
        return shutil.which(named) or ""
    found = next((path for each in BROWSERS if (path := shutil.which(each))), "")
    return found or next((place for place in PLACES if Path(place).exists()), "")


def _check(options: argparse.Namespace, contents: Contents, teller: Teller, only: list[str]) -> int:
    app = None
    limits = {**contents.about["limits"], "memory_mb": contents.manifest.get("memory_mb", 256)}
    if options.image:
        app = ContainerApp(options.image, port=options.port, gateway_port=options.gateway_port, limits=limits)
    setup = Setup(
        app=f"http://127.0.0.1:{options.port}" if app else options.app,
        seed=contents.about["seed"] if options.seed is None else options.seed,
        gateway_port=options.gateway_port,
        only=only,
        browser=find_browser(options.chromium),
        has_container=app is not None,
    )
    session, began = Session(contents, setup, teller.tell), datetime.now(UTC)
    try:
        if app is not None:
            app.start()
        session.run(app.want if app else no_engine)
        log = app.log_tail() if app else ""
    except CannotStart as error:
        teller.say("no_docker" if str(error) == "docker" else "not_started", why=error)
        return CANNOT
    except OSError:
        teller.say("port", port=options.gateway_port)
        return CANNOT
    finally:
        if app is not None:
            with suppress(CannotStart):
                app.remove()
    document = session.document(image=app.image_id if app else "", began=began, log_tail=log)
    teller.report(document, session.not_here, whole=not only)
    if session.exit_code():
        teller.log(document["log_tail"])
    _write(options, document)
    return session.exit_code()


def _write(options: argparse.Namespace, document: Document) -> None:
    if options.json:
        options.json.write_bytes(to_bytes(document))
    if options.junit:
        options.junit.write_bytes(junit_of(document, language=options.language))
    if options.har:
        options.har.write_bytes(har_of(document, language=options.language))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
