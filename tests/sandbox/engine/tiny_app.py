"""An app for the engine's tests: each path is one good or bad habit. Runs inside a pod."""

import http.server
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

hearing = threading.Event()


def gateway() -> str:
    return urllib.request.urlopen(os.environ["GATEWAY_URL"] + "/population", timeout=5).read().decode()


def interfaces() -> str:
    return " ".join(name for _index, name in socket.if_nameindex() if Path(f"/sys/class/net/{name}/device").exists())


def flood() -> str:
    while True:
        sys.stdout.write("x" * 100_000 + "\n")


def hog() -> str:
    return str(len(bytearray(os.urandom(1024)) * 1024 * 1024))


def forks() -> str:
    children = 0
    try:
        while children < 10_000:
            subprocess.Popen(["/usr/bin/python3", "-c", "import time; time.sleep(60)"])
            children += 1
    except OSError as error:
        return f"{type(error).__name__}"
    return "unlimited"


def volume() -> str:
    with open("/data/small", "wb") as small:
        small.write(b"x")
    try:
        with open("/data/big", "wb") as big:
            for _ in range(64):
                big.write(bytes(1 << 20))
    except OSError as error:
        return f"written, then {error.strerror}"
    return "unlimited"


def rootfs() -> str:
    try:
        with open("/srv-file", "w"):
            return "written"
    except OSError as error:
        return str(error.strerror)


def die() -> str:
    os._exit(3)


def deaf() -> str:
    hearing.clear()
    return "deaf"


def stop(*_: object) -> None:
    if hearing.is_set():
        sys.exit(0)


def steal_gateway_port() -> str:
    with socket.socket() as thief:
        thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        thief.bind(("127.0.0.1", 9000))
    return "stolen"


HABITS = {
    function.__name__: function
    for function in (gateway, interfaces, flood, hog, forks, volume, rootfs, die, deaf, steal_gateway_port)
}


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        habit = HABITS.get(self.path[1:], lambda: f"{os.getuid()} {os.environ['PORT']}")
        try:
            answer = habit()
        except OSError as error:
            answer = f"refused: {error.strerror}"
        self.send_response(200)
        self.end_headers()
        self.wfile.write(answer.encode())


if __name__ == "__main__":
    hearing.set()
    signal.signal(signal.SIGTERM, stop)
    print("app up", flush=True)
    http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Page).serve_forever()
