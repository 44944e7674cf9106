"""The engine from a shell: start or stop our own, say how it is, build the images, run the self-test."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from . import daemon
from .client import connect, status
from .errors import EngineUnavailable


def main(arguments: list[str]) -> int:
    """Run one command; 0 if it went well."""
    commands: dict[str, Callable[[], bool]] = {
        "start": _start,
        "stop": _stop,
        "status": _status,
        "images": _images,
        "selftest": _self_test,
    }
    parser = argparse.ArgumentParser(prog="python -m sandbox.engine", description=__doc__)
    parser.add_argument("command", choices=sorted(commands))
    chosen = parser.parse_args(arguments).command
    try:
        return 0 if commands[chosen]() else 1
    except EngineUnavailable as error:
        _say(f"{error.reason}\n{error.remedy}" + (f"\n{error.detail}" if error.detail else ""))
        return 1


def _start() -> bool:
    _say(daemon.ensure())
    return True


def _stop() -> bool:
    stopped = daemon.stop()
    _say("stopped" if stopped else "our own engine was not running")
    return True


def _status() -> bool:
    found = status()
    _say(f"{found.host}, version {found.version}" if found.available else f"{found.reason}\n{found.remedy}")
    return found.available


def _images() -> bool:
    connect().ensure_images(_say)
    return True


def _self_test() -> bool:
    report = connect().self_test()
    for finding in report.findings:
        _say(f"{'POSSIBLE' if finding.forbidden_succeeded else 'refused '}  {finding.name}: {finding.detail}")
    return report.passed


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
