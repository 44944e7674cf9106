"""Owns the command line of the probe: one word names what to be."""

from __future__ import annotations

import importlib
import sys

COMMANDS = {
    "pod": ".pod",
    "browser": ".browser",
    "local": ".local",
    "gateway": ".standalone",
    "catalogue": ".catalogue",
}


def main(arguments: list[str]) -> int:
    """Run one command; only its module is imported, so that the gateway needs neither browser nor fuzzer."""
    if not arguments or arguments[0] not in COMMANDS:
        sys.stderr.write(f"usage: python -m {__package__} {{{'|'.join(COMMANDS)}}} ...\n")
        return 2
    return importlib.import_module(COMMANDS[arguments[0]], __package__).main(arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
