"""Check contract.refuses_unknown."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from .. import evidence
from ..client import Exchange
from ..context import Context
from ..model import FAILED, PASSED, Check, Finding, Text, text

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "NONSENSE")
_PATHS = (
    "/no-such-page",
    "/api/no-such-operation",
    "/.env",
    "/.git/config",
    "/../../../../etc/passwd",
    "/static/..%2f..%2f..%2f..%2fetc/passwd",
    "//etc/passwd",
    "/%00",
    "/%F0%AC%B1%96",
    "/" + "a" * 4000,
    "/?" + "a" * 4000,
)
_SECRETS = (b"root:x:0:0", b"[core]", b"SECRET_KEY")
_AT_ONCE = 6


def _unknown(context: Context) -> Iterator[tuple[Text, str, str]]:
    """Yield (what, method, target) of everything that the contract does not know."""
    by_path: dict[str, set[str]] = {}
    for operation in context.contract.operations:
        by_path.setdefault(operation.path, set()).add(operation.method)
    for path, known in by_path.items():
        target = "/" + "/".join("R000000" if s.startswith("{") else s for s in path.strip("/").split("/"))
        for method in _METHODS:
            if method not in known:
                yield text(f"{path} 不支持的方法 {method}", f"{method}, which {path} does not have"), method, target
        if not path.endswith("}"):
            yield text(f"{path} 之下不存在的路径", f"a path below {path} that does not exist"), "GET", f"{target}/zz/zz"
    for path in _PATHS[:-1]:
        yield text("不存在的路径", "a path that does not exist"), "GET", path


def _fault(method: str, exchange: Exchange) -> bool:
    answer = exchange.answer
    if any(secret in answer.body for secret in _SECRETS):
        return True
    if method == "NONSENSE" and answer.status == 501:
        return False
    return not 300 <= answer.status < 500


def run(context: Context) -> Finding:
    """Send unknown methods and paths, then HEAD and OPTIONS, which may be answered but must not break."""
    session, _ = context.open_session(context.launch())
    headers = {"Authorization": f"Bearer {session}"} if session else {}
    wanted = list(_unknown(context))
    gentle = [
        (
            text(f"{o.path} 的 {m} 请求", f"{m} for {o.path}"),
            m,
            "/" + "/".join(o.segments).replace("{", "").replace("}", ""),
        )
        for o in context.contract.operations
        for m in ("HEAD", "OPTIONS")
        if o.method == "GET"
    ]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answered = list(pool.map(lambda each: context.app.send(each[1], each[2], headers=headers), [*wanted, *gentle]))
    wrong = []
    for number, ((what, method, _), exchange) in enumerate(zip([*wanted, *gentle], answered, strict=True)):
        broken = exchange.answer.status >= 500 or bool(exchange.answer.error)
        if broken and method != "NONSENSE" if number >= len(wanted) else _fault(method, exchange):
            wrong.append((what, exchange))
    measurements = {"requests": float(len(answered)), "wrong": float(len(wrong))}
    if not wrong:
        summary = text(
            f"{len(answered)} 次未知方法和路径的请求都被拒绝。",
            f"All {len(answered)} requests with unknown methods and paths were refused.",
        )
        return Finding(PASSED, summary, measurements)
    first, exchange = wrong[0]
    said = exchange.answer.status or exchange.answer.error
    summary = text(
        f"{len(answered)} 次中有 {len(wrong)} 次不对；第一处：{first['zh']}，应答 {said}。",
        f"{len(wrong)} of {len(answered)} are wrong; the first: {first['en']}, answered with {said}.",
    )
    return Finding(FAILED, summary, measurements, [evidence.exchange(w["zh"], w["en"], each) for w, each in wrong[:5]])


CHECK = Check(
    id="contract.refuses_unknown",
    group="contract",
    title=text("拒绝未知的方法和路径", "Refuses unknown methods and paths"),
    proves=text(
        "契约里没有的方法得到 405，没有的路径得到 404，读不到应用的文件；HEAD 和 OPTIONS 不会让应用出错。",
        "Methods that the contract lacks get 405, paths get 404, files stay closed; HEAD and OPTIONS break nothing.",
    ),
    remedy=text(
        "为没有匹配的路径返回 404，为不支持的方法返回 405；静态文件只从固定名单提供。",
        "Answer 404 where no route matches and 405 where the method does not; serve files from a fixed list only.",
    ),
    mandatory_by_default=False,
    default_weight=5,
    run=run,
    place=70,
)
