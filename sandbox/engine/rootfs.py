"""Root filesystems of our own images, made by mmdebstrap from the machine's package sources; no registry involved."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from .errors import BUILD_FAILED, NO_IMAGE_BUILDER, EngineUnavailable
from .state import locked, state_dir

SUITE = "bookworm"
PYTHON_VERSION = "3.11"
ARCHITECTURE = "amd64"
EPOCH = "1700000000"  # one fixed date in every file, so that the same packages give the same bytes
RECIPE = 2  # raise it when the build command itself changes
BUILD_SECONDS = 1800
ERROR_TAIL_CHARACTERS = 2000

Progress = Callable[[str], None]
log = logging.getLogger(__name__)

TRIM = 'cd "$1" && rm -rf usr/share/doc/* usr/share/man/* usr/share/locale/* usr/share/perl5 var/log/*'
FOLDERS = 'mkdir -p "$1"/tmp "$1"/proc "$1"/sys "$1"/dev "$1"/etc "$1"/var/tmp "$1"/opt && chmod 1777 "$1"/tmp'
# The extract variant unpacks packages and registers none: say what is there, as apps' bills of materials read it
REGISTER = (
    'for package in "$1"/var/cache/apt/archives/*.deb; do'
    ' dpkg-deb --field "$package" | sed "1a Status: install ok installed"; echo; done > "$1"/var/lib/dpkg/status'
)
RELEASE = (
    f'mkdir -p "$1"/usr/lib && printf \'ID=debian\\nVERSION_ID="12"\\nVERSION_CODENAME={SUITE}\\n'
    f'PRETTY_NAME="Debian GNU/Linux 12 ({SUITE})"\\n\' > "$1"/usr/lib/os-release'
)
# Nothing can be compiled later: the disk of a container is read-only, and without bytecode each start takes longer
COMPILE = f'chroot "$1" python3 -I -m compileall -q --invalidation-mode unchecked-hash /usr/lib/python{PYTHON_VERSION}'
# A headless browser draws in software of its own: hardware drivers and what only they or package scripts need can go
DRIVERS = (
    'cd "$1"/usr/lib/x86_64-linux-gnu && rm -rf dri libLLVM* libz3.so* perl ../chromium/libVkLayer*'
    ' "$1"/usr/share/perl "$1"/usr/share/perl5'
)
USERS = (
    'printf "root:x:0:0:root:/:/usr/sbin/nologin\\nnobody:x:65534:65534:nobody:/tmp:/usr/sbin/nologin\\n"'
    ' > "$1"/etc/passwd && printf "root:x:0:\\nnogroup:x:65534:\\n" > "$1"/etc/group'
)


@dataclass(frozen=True)
class Rootfs:
    """What one root filesystem consists of; `hooks` are shell lines that run with the root as $1."""

    name: str
    variant: str
    packages: tuple[str, ...]
    hooks: tuple[str, ...]
    suite: str = SUITE

    def digest(self) -> str:
        """Hash of this definition; a new one means a new build."""
        return hashlib.sha256(json.dumps([RECIPE, asdict(self)], sort_keys=True).encode()).hexdigest()

    def hook_stage(self) -> str:
        """When the hooks run: nothing is installed in the extract variant, so it has no later stage."""
        return "extract" if self.variant == "extract" else "customize"

    def tar_path(self) -> Path:
        """Where the finished tar is kept."""
        return state_dir() / "images" / f"{self.name}-{self.digest()[:16]}.tar"


BASE = Rootfs(
    name="base",
    variant="extract",
    packages=("python3-minimal", "libpython3-stdlib"),
    hooks=(FOLDERS, USERS, REGISTER, RELEASE, COMPILE, TRIM),
)
PROBE_SYSTEM = Rootfs(
    name="probe-system",
    variant="minbase",
    packages=(
        *("python3-minimal", "libpython3-stdlib", "libatomic1"),
        *("chromium-headless-shell", "fonts-wqy-microhei", "fontconfig"),
    ),
    hooks=(
        'ln -s chromium-headless-shell "$1"/usr/bin/chromium',
        'chroot "$1" fc-cache -f -s',
        TRIM,
        DRIVERS,
        'rm -rf "$1"/var/lib/apt/lists/*',
    ),
)


def ensure(rootfs: Rootfs, progress: Progress) -> Path:
    """The tar of `rootfs`, built if it is not in the state folder yet; raises EngineUnavailable."""
    path = rootfs.tar_path()
    with locked(path.with_name(f"{rootfs.name}.lock")):
        if not path.exists():
            _build(rootfs, path, progress)
    return path


def _build(rootfs: Rootfs, path: Path, progress: Progress) -> None:
    mmdebstrap = shutil.which("mmdebstrap")
    if mmdebstrap is None:
        raise EngineUnavailable(NO_IMAGE_BUILDER)
    progress(f"building the root filesystem '{rootfs.name}' from Debian packages")
    unfinished = path.with_suffix(".part")
    command = [
        mmdebstrap,
        *("--mode", "root" if os.geteuid() == 0 else "auto"),
        *(
            "--variant",
            rootfs.variant,
            "--architectures",
            ARCHITECTURE,
            "--format",
            "tar",
            "--quiet",
            "--skip",
            "output/dev",
        ),
        *("--include", ",".join(rootfs.packages)),
        *("--aptopt", 'APT::Install-Recommends "false"'),
        *(word for option in _apt_options() for word in ("--aptopt", option)),
        *(word for hook in rootfs.hooks for word in (f"--{rootfs.hook_stage()}-hook", hook)),
        *(rootfs.suite, str(unfinished)),
        *(str(source) for source in _host_sources(rootfs.suite)),
    ]
    run_command(command, extra_environment={"SOURCE_DATE_EPOCH": EPOCH})
    unfinished.rename(path)
    for older in set(path.parent.glob(f"{rootfs.name}-*.tar")) - {path}:
        older.unlink()


def run_command(command: list[str], *, extra_environment: dict[str, str] | None = None) -> None:
    """Run a build command to its end; raises EngineUnavailable with the end of what it printed."""
    try:
        finished = subprocess.run(  # noqa: S603 (every word is ours)
            command,
            env=dict(os.environ) | (extra_environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=BUILD_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise EngineUnavailable(BUILD_FAILED, f"{command[0]} took over {BUILD_SECONDS} s") from error
    if finished.returncode:
        tail = finished.stdout.decode(errors="replace")[-ERROR_TAIL_CHARACTERS:]
        log.error("%s failed: %s", command[0], tail)
        raise EngineUnavailable(BUILD_FAILED, tail)


def _host_sources(suite: str) -> Iterator[Path]:
    """The machine's own source lists for `suite`; with none, mmdebstrap's built-in default applies."""
    wanted = {suite, f"{suite}-updates", f"{suite}-security"}
    folder = Path("/etc/apt")
    for path in [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*"))]:
        if path.suffix not in {".list", ".sources"} or not path.is_file():
            continue
        words = set(path.read_text(errors="replace").split())
        if words & wanted and "main" in words and words & {"deb", "Types:"}:
            yield path


def _apt_options() -> Iterator[str]:
    """The machine's own settings for reaching its package sources (proxies, certificates, clock checks)."""
    dump = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=False)  # noqa: S607
    for line in dump.stdout.splitlines():
        if line.startswith(("Acquire::http", "Acquire::https", "Acquire::Check-")) and '"";' not in line:
            yield line.rstrip(";")
