#!/usr/bin/env python3
"""Runs the sandbox's own checks on this machine: makes a virtual environment beside this file once, then starts them.

Needs Python 3.11 or later and nothing else; the packages that the checks use are installed by hash (requirements.txt).
"""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE / "requirements.txt"
HOME = HERE / ".venv"
MARK = HOME / "minshi-requirements.sha256"
LEAST = (3, 11)
CANNOT = 2


def say(sentence: str) -> None:
    """Write one line for the reader, apart from what the checks write."""
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


def interpreter() -> str:
    """Return the Python that has the packages, installing them first where that wasn't done yet."""
    python = HOME / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if MARK.exists() and MARK.read_text(encoding="ascii") == wanted:
        return str(python)
    say("第一次运行：正在安装检查所需的软件包 / first run: installing what the checks need")
    venv.create(HOME, with_pip=True, clear=True)
    install = [str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(REQUIREMENTS)]
    subprocess.run(install, check=True)  # noqa: S603 -- every word is ours
    MARK.write_text(wanted, encoding="ascii")
    return str(python)


def main(arguments: list[str]) -> int:
    """Start the checks; returns their exit code: 0 all holds, 1 something doesn't, 2 they could not be done."""
    if sys.version_info < LEAST:
        say("需要 Python 3.11 或更高版本 / Python 3.11 or later is needed")
        return CANNOT
    try:
        # --no-venv: the packages are there already, in the Python that runs this.
        python = sys.executable if "--no-venv" in arguments else interpreter()
    except (OSError, subprocess.CalledProcessError) as error:
        say(f"软件包安装失败 / the packages could not be installed: {error}")
        return CANNOT
    rest = [each for each in arguments if each != "--no-venv"]
    environment = os.environ | {"PYTHONPATH": str(HERE), "PYTHONDONTWRITEBYTECODE": "1", "MINSHI_KIT": str(HERE)}
    try:
        return subprocess.call([python, "-m", "sandbox.kit", *rest], env=environment)  # noqa: S603 -- no shell
    except KeyboardInterrupt:
        return CANNOT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
