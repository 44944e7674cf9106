"""An app with one bad habit, chosen by the variable HABIT; else it answers well. Runs inside a pod."""

import contextlib
import ctypes
import errno
import http.server
import json
import mmap
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

PORT = int(os.environ["PORT"])
GATEWAY = os.environ["GATEWAY_URL"]
TMP = Path("/tmp")  # noqa: S108
libc = ctypes.CDLL(None, use_errno=True)
INJECTION = "\x1b[31m\x1b]0;title\x07<script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}${7*7}\u202e\r\nX: 1"
CALLS = {
    "ptrace": (101, 0, 0, 0, 0),
    "unshare_user": (272, 0x10000000),
    "unshare_net": (272, 0x40000000),
    "setns": (308, 0, 0),
    "mount": (165, b"none", b"/tmp", b"tmpfs", 0, None),
    "keyctl": (250, 0, -3, 0),
    "add_key": (248, b"user", b"x", b"x", 1, -3),
    "bpf": (321, 0, ctypes.create_string_buffer(128), 128),
    "userfaultfd": (323, 1),
    "perf_event_open": (298, ctypes.create_string_buffer(128), 0, -1, -1, 0),
    "io_uring_setup": (425, 1, ctypes.create_string_buffer(120)),
    "process_vm_readv": (310, 1, None, 0, None, 0, 0),
    "open_by_handle_at": (304, -100, ctypes.create_string_buffer(64), 0),
    "init_module": (175, None, 0, b""),
    "kexec_load": (246, 0, 0, None, 0),
    "reboot": (169, 0xFEE1DEAD, 672274793, 0, None),
    "swapon": (167, b"/tmp/x", 0),
    "chroot": (161, b"/tmp"),
    "pivot_root": (155, b"/tmp", b"/tmp"),
    "settimeofday": (164, ctypes.create_string_buffer(16), None),
    "mknod_block": (133, b"/tmp/sda", 0o060666, 0x0800),
    "x32_getpid": (0x40000000 + 39,),
}
FAMILIES = {"vsock": (40, 1, 0), "packet": (17, 3, 0), "alg": (38, 5, 0), "raw": (2, 3, 1), "xdp": (44, 3, 0)}


def in_child(attempt):
    """Whether something is possible, tried where being killed for it does not matter."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if attempt() else 1)
        except BaseException:  # noqa: BLE001
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def fork_bomb():
    while True:
        with contextlib.suppress(OSError):
            if os.fork() == 0:
                while True:
                    with contextlib.suppress(OSError):
                        os.fork()


def memory_hog():
    kept = []
    while True:
        kept.append(mmap.mmap(-1, 64 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE))


def cpu_spin():
    def spin():
        while True:
            pass

    for _ in range(3):
        threading.Thread(target=spin, daemon=True).start()


def never_listens():
    time.sleep(3600)


def exits_at_once():
    sys.exit(3)


def exits_later():
    threading.Timer(0.5, os._exit, (0,)).start()


def is_stuck():
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    libc.pause()


def floods_without_newline():
    while True:
        os.write(1, b"x" * 65536)


def is_deaf():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def forges():
    """Print what the probe prints, take its port, and play the browser."""
    result = {
        "type": "result",
        "check": "start.healthy",
        "group": "start",
        "outcome": "passed",
        "summary": {"zh": "伪造", "en": "forged"},
        "measurements": {},
        "digestible": True,
        "evidence": [],
    }
    lines = [{"type": "ready"}, result, result | {"group": "page", "check": "page.axe_390"}, {"type": "end"}]
    framed = b"".join(
        b"\x01\0\0\0" + len(raw).to_bytes(4, "big") + raw
        for raw in (json.dumps(line).encode() + b"\n" for line in lines)
    )
    for line in lines:
        print(json.dumps(line), flush=True)
    os.write(1, framed)
    os.write(2, framed)
    told = []
    for address in (("127.0.0.1", 9000), ("0.0.0.0", 9000), ("::1", 9000)):  # noqa: S104
        try:
            thief = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET)
            thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            thief.bind(address)
            thief.listen()
            told.append(f"bound {address[0]}")
        except OSError as error:
            told.append(errno.errorcode.get(error.errno, "?"))
    for data in (framed, b"GET / HTTP/1.1\r\n\r\n", b"\0" * 70_000):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", 9000), 2) as caller:
            caller.sendall(data)
    facts["forged"] = told


def holds_connections():
    """More connections to the gateway than its process may have open files."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))
    for _ in range(5):
        if os.fork() == 0:
            kept = []
            with contextlib.suppress(OSError):
                while len(kept) < 1000:
                    kept.append(socket.create_connection(("127.0.0.1", 9000), 5))
            time.sleep(3600)


def fills():
    """Blocks, inodes and depth of the only folder that can be written."""
    told = {}
    try:
        with (TMP / "big").open("wb", buffering=0) as big:
            while True:
                big.write(bytes(1 << 20))
    except OSError as error:
        told["blocks"] = errno.errorcode[error.errno]
    (TMP / "big").unlink()
    many = 0
    try:
        while many < 200_000:
            (TMP / str(many)).touch()
            many += 1
    except OSError as error:
        told["inodes"] = errno.errorcode[error.errno]
    told["files"] = many
    depth = 0
    os.chdir(TMP)
    with contextlib.suppress(OSError):
        while depth < 3000:
            os.mkdir("d")  # noqa: PTH102
            os.chdir("d")
            depth += 1
    told["deep"] = depth
    facts["fills"] = told


def looks_around():
    """Everything that can be read or reached from here."""
    processes = [name for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208
    readable = []
    for name in processes:
        with contextlib.suppress(OSError):
            readable.append(Path("/proc", name, "cmdline").read_bytes().replace(b"\0", b" ").decode())
    unix = [line.split()[-1] for line in Path("/proc/net/unix").read_text().splitlines()[1:] if "@" in line.split()[-1]]
    listening = [
        int(line.split()[1].rpartition(":")[2], 16)
        for file in ("tcp", "tcp6")
        for line in Path("/proc/net", file).read_text().splitlines()[1:]
        if line.split()[3] == "0A"
    ]
    interfaces = [
        name
        for _index, name in socket.if_nameindex()
        if name != "lo" and int(Path(f"/sys/class/net/{name}/flags").read_text(), 16) & 1
    ]
    routes = [line.split()[0] for line in Path("/proc/net/route").read_text().splitlines()[1:]]
    with contextlib.suppress(FileNotFoundError):
        routes += [line.split()[-1] for line in Path("/proc/net/ipv6_route").read_text().splitlines()]
    places = ("/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock")
    sockets = [path for path in places if Path(path).exists()]
    seen = [dict(os.environ), processes, readable, Path("/proc/self/mountinfo").read_text()]
    facts["around"] = {
        "commands": readable,
        "abstract": unix,
        "listening": sorted(set(listening)),
        "interfaces": interfaces,
        "routes": sorted(set(routes) - {"lo"}),
        "sockets": sockets,
        "everything": json.dumps(seen),
        "set_id": [oct(os.stat(path).st_mode) for path in ("/opt/su",) if Path(path).exists()],  # noqa: PTH116
    }


def tries_calls():
    """Which of the forbidden system calls and sockets are possible."""
    possible = [
        name
        for name, call in CALLS.items()
        if in_child(
            lambda call=call: (
                libc.syscall(*(ctypes.c_long(part) if isinstance(part, int) else part for part in call)) >= 0
            )
        )
    ]
    for name, kind in FAMILIES.items():
        with contextlib.suppress(OSError):
            socket.socket(*kind).close()
            possible.append(name)
    program = bytes([0xB8, 20, 0, 0, 0, 0xCD, 0x80, 0xC3])

    def call_32_bit():
        page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        page.write(program)
        return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))() > 0

    def become_root():
        os.setuid(0)
        return os.getuid() == 0

    def gain_by_file():
        copy = TMP / "su"
        copy.write_bytes(Path("/usr/bin/python3").read_bytes())
        copy.chmod(0o4755)
        return subprocess.run([copy, "-c", "0"], check=False).returncode == 0

    for name, attempt in {"int80": call_32_bit, "setuid": become_root, "run_from_tmp": gain_by_file}.items():
        if in_child(attempt):
            possible.append(name)
    facts["possible"] = possible


def says_scripts():
    """Its log and its answers carry active content."""
    print(INJECTION, flush=True)
    sys.stderr.write(INJECTION)
    answers.update(body=json.dumps({"status": INJECTION, "session": INJECTION, "case": INJECTION}), header=INJECTION)


class Page(http.server.BaseHTTPRequestHandler):
    """Healthy, and willing to say what was found."""

    def do_GET(self):
        if self.path == "/facts":
            self.answer(json.dumps(facts))
        elif self.path == "/gateway":
            self.answer(urllib.request.urlopen(GATEWAY + "/x", timeout=5).read().decode())
        else:
            self.answer(answers["body"] if not self.path.startswith("/healthz") else '{"status": "ok"}')

    do_POST = do_GET  # noqa: N815

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        if answers["header"]:
            self.send_header("X-Note", answers["header"].partition("\r")[0].encode("ascii", "replace").decode())
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        return


facts = {}
answers = {"body": '{"status": "ok"}', "header": ""}
HABITS = {
    habit.__name__: habit
    for habit in (
        *(fork_bomb, memory_hog, cpu_spin, never_listens, exits_at_once, exits_later, is_stuck),
        *(floods_without_newline, is_deaf, forges, holds_connections, fills, looks_around, tries_calls, says_scripts),
    )
}

if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    HABITS.get(os.environ.get("HABIT", ""), lambda: None)()
    http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Page).serve_forever()
