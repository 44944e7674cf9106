"""Owns starting the app, and stopping it when told to."""

from __future__ import annotations

import os
import signal
import sys
import threading

from . import settings
from .api import Api
from .cases import Cases
from .departments import Departments
from .pages import Pages
from .service import Service
from .site import Site
from .web import Server


def main() -> int:
    """Serve until SIGTERM or Ctrl-C."""
    try:
        chosen = settings.read(os.environ)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    service = Service(chosen, Cases(chosen.state_dir), Departments(chosen))
    site = Site(service, Api(service), Pages(service))
    server = Server(chosen.host, chosen.port, site.answer)
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    serving.start()
    service.start()
    sys.stdout.write(f"listening on port {server.server_address[1]}\n")
    sys.stdout.flush()
    told.wait()
    server.shutdown()
    service.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
