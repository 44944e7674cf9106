"""Owns the departments outside a pod: the same gateway for real launches, and a system of their own that decides."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
import urllib.error
import urllib.request
from datetime import date
from pathlib import Path
from typing import Any

from .city import AS_OF, World
from .departments.deciding import Decider, EventPost
from .departments.gateway import Gateway
from .departments.launch import Residents, TokenKeys

_MOST_BYTES = 256 * 1024
_SECONDS = 10


def interfaces_from(place: Path) -> list[dict[str, Any]]:
    """Return a plan's interface entries from a folder of OpenAPI documents, or from a JSON list of entries."""
    if place.is_file():
        entries: list[dict[str, Any]] = json.loads(place.read_text(encoding="utf-8"))
        return entries
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(place.glob("*.openapi.json"))]
    return [
        {"code": each["x-minshi-interface"], "version": each["info"]["version"], "openapi": each} for each in documents
    ]


def fetch_keys(url: str) -> dict[str, Any]:
    """Return the platform's public keys. ValueError when they can't be had."""
    if not url.startswith(("http://", "https://")):
        raise ValueError("the address of the keys must begin with http")
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 -- the scheme is checked above
            keys: dict[str, Any] = json.loads(answer.read(_MOST_BYTES))
    except (OSError, urllib.error.URLError) as error:
        raise ValueError("the platform's keys can't be fetched") from error
    return keys


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="probe gateway", description="Play the departments for the apps of a demo.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--as-of", type=date.fromisoformat, default=AS_OF, help="the city's today")
    parser.add_argument("--interfaces", type=Path, required=True, help="folder of *.openapi.json, or a JSON list")
    parser.add_argument("--jwks", required=True, help="where the platform publishes its keys")
    parser.add_argument("--events-url", default="", help="where the platform takes events")
    parser.add_argument("--events-token-file", type=Path, help="file that holds the department's token")
    parser.add_argument("--source", default="/departments/psb/residence-system", help="source of the events")
    parser.add_argument("--decide-after", type=float, default=20.0, help="seconds from submission to the decision")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    options = parse(arguments)
    world = World(options.seed, options.people, options.as_of)
    residents = Residents(world)
    decider = Decider(post=None, source=options.source, after_seconds=options.decide_after)
    if options.events_url and options.events_token_file:
        token = options.events_token_file.read_text(encoding="utf-8").strip()
        decider = Decider(
            post=EventPost(options.events_url, token), source=options.source, after_seconds=options.decide_after
        )
    keys = TokenKeys({"keys": []}, refresh=lambda: fetch_keys(options.jwks))
    gateway = Gateway(world, interfaces_from(options.interfaces), keys, residents, decider.take)
    port = gateway.start(options.host, options.port)
    decider.start()
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    sys.stdout.write(f"departments on port {port}\n")
    sys.stdout.flush()
    told.wait()
    decider.stop()
    gateway.stop()
    return 0
