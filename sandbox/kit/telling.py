"""What the test kit writes on a terminal, in the reader's language."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, TextIO

from sandbox.reports.check_words import words_of
from sandbox.reports.document import Document
from sandbox.reports.messages import Result
from sandbox.reports.renderings.http_text import evidence_text

MOST_LINES = 40
SIGNS = {"passed": "✓", "advisory": "✓", "failed": "✗", "skipped": "–", "error": "!"}

SENTENCES: dict[str, dict[str, str]] = {
    "container": {"zh": "要停止和启动应用：请改用 --image", "en": "has to stop and start the app: use --image"},
    "browser": {
        "zh": "没有找到 Chromium：请用 --chromium 指明位置",
        "en": "no Chromium was found: name it with --chromium",
    },
    "sandbox": {"zh": "只能在沙箱里进行", "en": "it can only be done inside the sandbox"},
    "not_here": {"zh": "这里没有检查", "en": "not checked here"},
    "holds": {"zh": "检查过的都通过了。", "en": "All that was checked holds."},
    "fails": {"zh": "有 {count} 项没有通过：{names}", "en": "{count} of the checks failed: {names}"},
    "cannot": {"zh": "有检查没能完成。", "en": "Some checks could not be completed."},
    "score": {"zh": "得分 {score}，合格线 {mark}", "en": "score {score}, pass mark {mark}"},
    "mend": {"zh": "怎样改", "en": "How to mend it"},
    "again": {"zh": "再做一次", "en": "Again"},
    "other_plan": {
        "zh": "注意：plan.json 已改动，与 kit.json 记录的计划不同。",
        "en": "Mind: plan.json was changed; it isn't the plan that kit.json names.",
    },
    "port": {
        "zh": "端口 {port} 已被占用；换一个：--gateway-port，并让应用的 GATEWAY_URL 指向它。",
        "en": "Port {port} is taken. Choose another with --gateway-port, and let the app's GATEWAY_URL point there.",
    },
    "unknown": {
        "zh": "计划里没有这些检查：{names}（--list 可列出）",
        "en": "The plan has no such checks: {names} (see --list)",
    },
    "no_docker": {"zh": "找不到 docker 命令。", "en": "There is no docker command."},
    "not_started": {"zh": "镜像没有启动：{why}", "en": "The image did not start: {why}"},
    "log": {"zh": "应用最后的输出", "en": "What the app wrote last"},
}


class Teller:
    """Writes to one stream in one language."""

    def __init__(self, language: str, plan: Mapping[str, Any], stream: TextIO | None = None) -> None:
        self._language = language
        self._plan = plan
        self._stream = stream or sys.stdout

    def say(self, key: str, **values: object) -> None:
        """Write one of the kit's sentences."""
        self._write(SENTENCES[key][self._language].format(**values))

    def title(self, code: str) -> str:
        """Return the title of a check."""
        return words_of(code, self._plan)["title"][self._language]

    def tell(self, found: Result) -> None:
        """Write how a check ended."""
        self._write(f"{SIGNS[found.outcome]} {found.check:<28} {self.title(found.check)}")

    def report(self, document: Document, not_here: Mapping[str, str], *, whole: bool) -> None:
        """Write every failure with its evidence, what was not checked, and the end of the matter."""
        failed = [check for check in document["checks"] if check["outcome"] == "failed"]
        for check in failed:
            self._failure(check)
        for code, why in not_here.items():
            self._write(f"– {code}: {SENTENCES['not_here'][self._language]}; {SENTENCES[why][self._language]}")
        if whole:
            self.say("score", score=document["score"], mark=document["pass_mark"])
        broken = [c for c in document["checks"] if c["outcome"] in ("error", "skipped", "") and c["id"] not in not_here]
        if failed:
            self.say("fails", count=len(failed), names=", ".join(check["id"] for check in failed))
        else:
            self.say("cannot" if broken else "holds")

    def log(self, text: str) -> None:
        """Write the end of the app's log, when there is one."""
        if text.strip():
            self._write(f"\n--- {SENTENCES['log'][self._language]}\n{text}")

    def _failure(self, check: Mapping[str, Any]) -> None:
        language = self._language
        self._write(f"\n✗ {check['id']}  {check['title'][language]}\n  {check['summary'][language]}")
        self._write(f"  {SENTENCES['mend'][language]}: {check['remedy'][language]}")
        for piece in check["evidence"]:
            if lines := evidence_text(piece).splitlines():
                self._write(f"  [{piece['title'][language]}]")
                self._write("\n".join(f"    {line}" for line in lines[:MOST_LINES]))
                if len(lines) > MOST_LINES:
                    self._write("    …")
        self._write(f"  {SENTENCES['again'][language]}: {check['reproduce']}\n")

    def _write(self, text: str) -> None:
        safe = text.encode(self._stream.encoding or "utf-8", "replace").decode(self._stream.encoding or "utf-8")
        self._stream.write(safe + "\n")
        self._stream.flush()
