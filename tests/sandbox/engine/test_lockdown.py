"""What holds a container: the limits table, the system call filter, and the judgement of the self-test."""

import ast
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from sandbox.engine import limits, seccomp, selftest, selftest_program

FORBIDDEN = (
    *("io_uring_setup", "io_uring_enter", "io_uring_register", "socket", "socketpair", "clone", "clone3"),
    *("ptrace", "process_vm_readv", "process_vm_writev", "mount", "unshare", "setns", "keyctl", "add_key", "bpf"),
    *("perf_event_open", "userfaultfd", "kexec_load", "init_module", "open_by_handle_at", "reboot", "socketcall"),
)


def test_no_forbidden_call_is_allowed_outright() -> None:
    assert not set(FORBIDDEN) & set(seccomp.allowed_names())


def test_sockets_are_allowed_by_family() -> None:
    rules = [rule for rule in seccomp.profile()["syscalls"] if rule["names"] == ["socket"]]
    families = {rule["args"][0]["value"] for rule in rules}
    assert families == {1, 2, 10, 16}
    assert all(rule["args"][0] | {"value": 0} == {"index": 0, "value": 0, "op": "SCMP_CMP_EQ"} for rule in rules)


def test_everything_else_is_refused_and_only_64_bit_calls_exist() -> None:
    profile = json.loads(seccomp.profile_json())
    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
    assert profile["architectures"] == ["SCMP_ARCH_X86_64"]


def test_vendors_see_the_limits_that_are_applied() -> None:
    shown = {row.code: row.value for row in limits.TABLE}
    assert shown["processes"] == str(limits.APP.processes)
    assert shown["layers"] == str(limits.INTAKE_ARCHIVE.layers)
    assert all(row.zh and row.en for row in limits.TABLE)
    assert json.loads(json.dumps(limits.as_data()))["containers"][0] == asdict(limits.APP)


def test_no_two_kinds_of_container_share_a_user() -> None:
    kinds = (limits.APP, limits.PROBE, limits.BROWSER, limits.INTAKE)
    assert len({kind.user for kind in kinds}) == len(kinds)
    assert all(not kind.user.startswith("0:") for kind in kinds)


def findings(**wrong: bool) -> dict[str, Any]:
    names = sorted(selftest.EXPECTED)
    return {
        "findings": [
            {"name": name, "forbidden_succeeded": wrong.get(name, False), "detail": "refused"} for name in names
        ]
    }


def test_the_self_test_passes_when_everything_was_refused() -> None:
    assert selftest.judge(findings()).passed


@pytest.mark.parametrize("name", sorted(selftest.EXPECTED))
def test_one_forbidden_thing_fails_it(name: str) -> None:
    assert not selftest.judge(findings(**{name: True})).passed


def test_a_missing_attempt_fails_it() -> None:
    value = findings()
    value["findings"].pop()
    assert not selftest.judge(value).passed


@pytest.mark.parametrize("value", [None, [], {}, {"findings": [1]}, {"findings": []}, {"findings": [{"name": "x"}]}])
def test_an_unreadable_answer_fails_it(value: Any) -> None:
    assert not selftest.judge(value).passed


def test_anything_but_a_clear_no_counts_as_possible() -> None:
    value = findings()
    value["findings"][0]["forbidden_succeeded"] = None
    assert not selftest.judge(value).passed


def test_the_program_tries_exactly_what_is_expected() -> None:
    source = Path(selftest_program.__file__).read_text()
    keys = {
        key.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }
    assert keys >= selftest.EXPECTED


def test_the_program_connects_nowhere() -> None:
    source = Path(selftest_program.__file__).read_text()
    calls = {
        node.func.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert not calls & {"connect", "connect_ex", "sendto", "sendmsg", "create_connection", "urlopen", "bind", "listen"}
