"""The command line of the test kit, and the language that it answers in."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

APP = "http://127.0.0.1:8080"


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line; ends the process with code 2 when it makes no sense."""
    parser = argparse.ArgumentParser(
        prog="minshi-test.py",
        description="对本机上的应用做与沙箱相同的检查 / Run the checks of the sandbox on this machine.",
        epilog="退出码 exit code: 0 全部通过 all holds, 1 有问题 something doesn't, 2 没能检查 could not be checked",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--app", metavar="URL", default=APP, help=f"应用的地址 where the app answers ({APP})")
    where.add_argument(
        "--image", help="本机镜像，由工具包启动 a local image; the kit starts it with the sandbox's limits"
    )
    add = parser.add_argument
    add("--only", action="append", default=[], metavar="CHECK", help="只做某项或某组 one check or group, repeatable")
    add("--seed", type=int, help="随机种子 the seed (default: the kit's own)")
    add("--port", type=int, default=8080, help="--image: 应用端口 the app's port on this machine (8080)")
    add("--gateway-port", type=int, default=9000, help="模拟部门的端口 port of the simulated departments (9000)")
    add("--json", type=Path, metavar="FILE", help="写出报告 write the report")
    add("--junit", type=Path, metavar="FILE", help="写出 JUnit XML write JUnit XML")
    add("--har", type=Path, metavar="FILE", help="写出 HTTP 存档 write an HTTP archive")
    add("--chromium", metavar="PATH", help="浏览器的位置 where Chromium or Chrome is")
    add("--language", choices=["zh", "en"], default=usual_language(), help="语言 language")
    add("--list", action="store_true", help="列出检查 list the checks of the plan")
    add("--no-venv", action="store_true", help="用当前的 Python use this Python as it is, install nothing")
    return parser.parse_args(arguments)


def usual_language() -> str:
    """Return the language of the terminal, Chinese unless it says otherwise."""
    said = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if said.startswith("en") else "zh"
