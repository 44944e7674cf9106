"""Runs inside a locked-down container: tries the forbidden things and prints, per thing, whether it was possible.

Sockets are created and closed, never connected. Standard library only; reads its limits from argv as JSON.
"""

from __future__ import annotations

import ctypes
import json
import mmap
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

SYS_IO_URING_SETUP = 425
X32_GETPID = 0x40000000 + 39
CLONE_NEWUSER = 0x10000000
INT80_GETPID = bytes([0xB8, 20, 0, 0, 0, 0xCD, 0x80, 0xC3])
FAMILIES = {
    "socket_vsock": (40, socket.SOCK_STREAM, 0),
    "socket_packet": (17, socket.SOCK_RAW, 0),
    "socket_alg": (38, socket.SOCK_SEQPACKET, 0),
    "socket_bluetooth": (31, socket.SOCK_RAW, 1),
    "socket_can": (29, socket.SOCK_RAW, 1),
    "socket_tipc": (30, socket.SOCK_STREAM, 0),
    "socket_xdp": (44, socket.SOCK_RAW, 0),
    "socket_key": (15, socket.SOCK_RAW, 2),
    "socket_netfilter": (16, socket.SOCK_RAW, 12),
    "socket_raw": (2, socket.SOCK_RAW, 1),
}
ENGINE_SOCKETS = (
    "/var/run/docker.sock",
    "/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/run/podman/podman.sock",
    "/run/crio/crio.sock",
)
UNWRITABLE = ("/", "/etc", "/usr/bin", "/opt", "/var/tmp", "/dev", "/proc/sys/kernel", "/sys", "/dev/shm")  # noqa: S108
libc = ctypes.CDLL(None, use_errno=True)


def try_socket(family: int, kind: int, protocol: int) -> tuple[bool, str]:
    """Create a socket of a kind."""
    try:
        socket.socket(family, kind, protocol).close()
    except OSError as error:
        return False, os.strerror(error.errno or 0)
    return True, "created"


def try_call(number: int, *arguments: object) -> tuple[bool, str]:
    """Make a system call in a child, which may be killed for it."""
    return in_child(lambda: libc.syscall(ctypes.c_long(number), *arguments) >= 0)


def try_32_bit() -> tuple[bool, str]:
    """Run the 32-bit call gate from memory of our own."""

    def attempt() -> bool:
        page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        page.write(INT80_GETPID)
        address = ctypes.addressof(ctypes.c_char.from_buffer(page))
        return ctypes.CFUNCTYPE(ctypes.c_int)(address)() > 0

    return in_child(attempt)


def in_child(attempt: Callable[[], bool]) -> tuple[bool, str]:
    """Run an attempt in a child process: possible only if the child says so and ends well."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if attempt() else 1)
        except BaseException:  # noqa: BLE001 (a child must never return)
            os._exit(1)
    _pid, state = os.waitpid(child, 0)
    if os.WIFSIGNALED(state):
        return False, signal.Signals(os.WTERMSIG(state)).name
    return os.WEXITSTATUS(state) == 0, "allowed" if os.WEXITSTATUS(state) == 0 else "refused"


def try_writes() -> tuple[bool, str]:
    """Create a file anywhere but in /tmp."""
    written = []
    for folder in UNWRITABLE:
        path = Path(folder, "minshi-self-test")
        try:
            path.touch()
            written.append(folder)
            path.unlink()
        except OSError:
            continue
    return bool(written), " ".join(written) or "refused"


def try_program_in_tmp() -> tuple[bool, str]:
    """Run a program that was put into /tmp."""

    def attempt() -> bool:
        shutil.copy(sys.executable, "/tmp/program")  # noqa: S108
        Path("/tmp/program").chmod(0o755)  # noqa: S108
        os.execv("/tmp/program", ["/tmp/program", "-c", "0"])  # noqa: S108, S606

    return in_child(attempt)


def try_fill_tmp(megabytes: int) -> tuple[bool, str]:
    """Write more into /tmp than it may hold."""
    path = Path("/tmp/fill")  # noqa: S108
    try:
        with path.open("wb") as handle:
            for _ in range(megabytes + 1):
                handle.write(bytes(1 << 20))
    except OSError as error:
        return False, os.strerror(error.errno or 0)
    finally:
        path.unlink()
    return True, "written"


def try_forks(limit: int) -> tuple[bool, str]:
    """Have more processes than the limit."""
    children: list[int] = []
    try:
        while len(children) <= limit:
            child = os.fork()
            if child == 0:
                time.sleep(60)
                os._exit(0)
            children.append(child)
    except OSError as error:
        return False, f"{os.strerror(error.errno or 0)} at {len(children) + 1}"
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    return True, f"{len(children)} processes"


def try_memory(megabytes: int) -> tuple[bool, str]:
    """Use twice the memory that is allowed."""

    def attempt() -> bool:
        # populated by the kernel in one call: touching page by page makes it evict and reread our own program
        flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE
        block = mmap.mmap(-1, 2 * megabytes << 20, flags=flags)
        for page in range(0, len(block), mmap.PAGESIZE):
            block[page] = 1
        return True

    return in_child(attempt)


def try_interfaces() -> tuple[bool, str]:
    """See an interface besides the loopback (the tunnel stubs of some kernels, always down, don't count)."""
    others = [name for _index, name in socket.if_nameindex() if name != "lo" and interface_is_up(name)]
    return bool(others), " ".join(others) or "lo only"


def interface_is_up(name: str) -> bool:
    """Whether an interface carries traffic; unreadable counts as yes."""
    try:
        with open(f"/sys/class/net/{name}/flags") as handle:
            return bool(int(handle.read(), 16) & 1)
    except OSError:
        return True


def try_routes() -> tuple[bool, str]:
    """Have a route to anywhere."""
    with open("/proc/net/route") as handle:
        routes = handle.read().splitlines()[1:]
    return bool(routes), f"{len(routes)} routes"


def try_privileges() -> tuple[bool, str]:
    """Hold a capability, or be able to gain one, or be without a filter."""
    with open("/proc/self/status") as handle:
        status = dict(line.split(":\t", 1) for line in handle.read().splitlines() if ":\t" in line)
    held = [name for name in ("CapPrm", "CapEff", "CapBnd", "CapAmb") if int(status[name], 16)]
    if status["NoNewPrivs"] != "1":
        held.append("NoNewPrivs")
    if status["Seccomp"] != "2":
        held.append("Seccomp")
    if os.getuid() == 0:
        held.append("root")
    return bool(held), " ".join(held) or "none"


def main() -> None:
    """Try everything; one JSON object on one line."""
    limits = json.loads(sys.argv[1])
    attempts = {name: (lambda kind=kind: try_socket(*kind)) for name, kind in FAMILIES.items()} | {
        "io_uring": lambda: try_call(SYS_IO_URING_SETUP, 1, ctypes.create_string_buffer(120)),
        "call_x32": lambda: try_call(X32_GETPID),
        "call_32_bit": try_32_bit,
        "user_namespace": lambda: in_child(lambda: libc.unshare(CLONE_NEWUSER) == 0),
        "mount": lambda: in_child(lambda: libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0),
        "trace": lambda: in_child(lambda: libc.ptrace(0, 0, 0, 0) == 0),
        "write_outside_tmp": try_writes,
        "run_from_tmp": try_program_in_tmp,
        "fill_tmp": lambda: try_fill_tmp(limits["tmp_mb"]),
        "fork_past_limit": lambda: try_forks(limits["processes"]),
        "memory_past_limit": lambda: try_memory(limits["memory_mb"]),
        "network_interface": try_interfaces,
        "network_route": try_routes,
        "engine_socket": lambda: (any(map(os.path.exists, ENGINE_SOCKETS)), "looked"),
        "privileges": try_privileges,
    }
    findings = []
    for name, attempt in attempts.items():
        try:
            succeeded, detail = attempt()
        except Exception as error:  # noqa: BLE001 (an attempt that broke proves nothing: count it as possible)
            succeeded, detail = True, f"{type(error).__name__}: {error}"
        findings.append({"name": name, "forbidden_succeeded": succeeded, "detail": detail})
    print(json.dumps({"findings": findings}), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
