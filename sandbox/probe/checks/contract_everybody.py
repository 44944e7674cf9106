"""Check contract.everybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .. import campaign, evidence
from ..client import Exchange
from ..context import Context
from ..model import FAILED, PASSED, Check, Finding, Text, text
from ..submission import Walk, enter

# Whom the city has for this, and how to say it.
TRAITS: dict[str, Text] = {
    "rare_name_entitled": text("姓名有生僻字的人", "somebody with a rare character in the name"),
    "dotted_name": text("姓名带“·”的人", "somebody with a dot in the name"),
    "long_name": text("姓名很长的人", "somebody with a very long name"),
    "short_name": text("姓名很短的人", "somebody with a very short name"),
    "foreigner": text("外国人", "a foreigner"),
    "hk_macao": text("港澳居民", "a resident of Hong Kong or Macao"),
    "taiwan": text("台湾居民", "a resident of Taiwan"),
    "centenarian": text("百岁老人", "somebody over a hundred"),
    "twin": text("双胞胎", "a twin"),
    "entitled_no_phone": text("没有手机的人", "somebody without a phone"),
    "too_short": text("居住未满半年的人", "somebody who has lived here for less than half a year"),
}


def _problems(context: Context, walk: Walk) -> Iterator[tuple[Text, Exchange]]:
    """Yield what is wrong with the answers that one person got."""
    if not walk.session:
        if walk.entered is not None:
            yield text("进不了应用", "could not get in"), walk.entered
        return
    exchanges = list(walk.drafted)
    if walk.ready:
        exchanges.append(walk.submit())
    for exchange in exchanges:
        operation, _, _ = context.contract.match(exchange.method, exchange.target)
        if operation is None:
            continue
        request = campaign.Generated(exchange.method, exchange.target)
        judged = campaign.judge(context, campaign.Sent(operation, campaign.VALID, request), exchange)
        if judged.server_error:
            yield text(f"{operation.id} 出错", f"{operation.id} failed"), exchange
        elif judged.problems:
            said = f"{judged.problems[0].place}: {judged.problems[0].message}"[:200]
            yield text(f"{operation.id} 的应答不符合契约：{said}", f"{operation.id} differs: {said}"), exchange
        else:
            yield from _untrue(context, walk, exchange)


def _untrue(context: Context, walk: Walk, exchange: Exchange) -> Iterator[tuple[Text, Exchange]]:
    """Yield the fields with a source in a register that do not say what the register says."""
    operation, _, _ = context.contract.match(exchange.method, exchange.target)
    value: Any = exchange.answer.json()
    declared = context.contract.response_schema(operation, exchange.answer.status) if operation else None
    if declared is None or not isinstance(value, dict):
        return
    for name, child in declared[1].get("properties", {}).items():
        source = context.contract.resolve("", child)[1].get("x-minshi-source")
        if not source or source.startswith("record.") or name not in value:
            continue
        if value[name] != context.gateway.truth(walk.launch.person.number, source):
            yield text(f"{name} 与部门的登记不一致", f"{name} is not what the department has"), exchange


def run(context: Context) -> Finding:
    """Send in people whose names, papers and lives are not like most people's."""
    wrong: list[tuple[Text, Text, Exchange]] = []
    count = 0
    for trait, who in TRAITS.items():
        try:
            walk = enter(context, trait)
        except LookupError:
            continue  # a small city has not everybody
        count += 1
        wrong += [(who, what, exchange) for what, exchange in _problems(context, walk)]
    measurements = {"people": float(count), "wrong": float(len(wrong))}
    if not wrong:
        summary = text(
            f"{count} 类人都能用，信息原样显示。", f"{count} kinds of people can use it, their data unchanged."
        )
        return Finding(PASSED, summary, measurements)
    who, what, _ = wrong[0]
    summary = text(f"{who['zh']}：{what['zh']}。", f"For {who['en']}: {what['en']}.")
    proof = [evidence.exchange(f"{w['zh']}：{t['zh']}", f"{w['en']}: {t['en']}", each) for w, t, each in wrong[:5]]
    return Finding(FAILED, summary, measurements, proof)


CHECK = Check(
    id="contract.everybody",
    group="contract",
    title=text("人人能用", "Works for everybody"),
    proves=text(
        "姓名有生僻字、带“·”、极长极短的人，外国人、港澳台居民、百岁老人、没有手机的人都能用，登记信息原样显示。",
        (
            "People with rare, dotted, long or short names, foreigners, residents of Hong Kong, Macao and "
            "Taiwan, the very old and those without a phone can use it, and see their data unchanged."
        ),
    ),
    remedy=text(
        "全程使用 UTF-8；不要假定姓名的长度和字符、证件的格式、年龄的范围，也不要假定人人都有手机。",
        "Use UTF-8 throughout; assume nothing about the length of names, the form of papers, ages or phones.",
    ),
    mandatory_by_default=True,
    default_weight=5,
    run=run,
    place=80,
)
