"""Owns what the visits prove: one pure function a check, from what was seen to a finding with its evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ..model import ADVISORY, FAILED, PASSED, Finding, Text, text
from ..page_job import ELDER, ENGLISH, KEYBOARD, NEEDS, READ, REFUSED, WITHOUT_SCRIPT, PageJob
from . import pieces
from .looking import PHONE
from .seen import PageSeen, VisitSeen

MOST_SAID = 6
LEAST_HAN = 0.6
LEAST_LATIN = 0.6
LEAST_LETTERS = 10
_LOST = {
    "sideways": text("要左右滑动", "scrolls sideways"),
    "cut": text("右边的文字被截掉", "cuts off text at the right"),
}


@dataclass(frozen=True)
class Seen:
    """All visits by purpose."""

    visits: Mapping[str, VisitSeen]
    job: PageJob

    def pages(self, *purposes: str) -> list[PageSeen]:
        """Return the pages of some visits in order."""
        return [page for purpose in purposes if purpose in self.visits for page in self.visits[purpose].pages]


Judged = tuple[list[Text], list[dict[str, object]], dict[str, float]]


def judge(check_id: str, visits: Mapping[str, VisitSeen], job: PageJob) -> Finding:
    """Return what the visits show about one check."""
    seen = Seen(visits, job)
    faults = [*_troubles(check_id, seen)]
    said, proof, measured = JUDGES[check_id](seen)
    faults = list({fault["en"]: fault for fault in [*faults, *said]}.values())
    if not faults:
        summary = text(
            f"走过 {measured['pages']:.0f} 个页面，没有发现问题。",
            f"Walked {measured['pages']:.0f} pages and found nothing wrong.",
        )
        return Finding(PASSED, summary, measured, proof)
    shown = faults[:MOST_SAID]
    more = len(faults) - len(shown)
    zh = "；".join(f["zh"] for f in shown) + (f"；另有 {more} 处" if more else "") + "。"
    en = "; ".join(f["en"] for f in shown) + (f"; and {more} more" if more else "") + "."
    outcome = ADVISORY if check_id in job.advisory else FAILED
    return Finding(outcome, text(zh, en[:1].upper() + en[1:]), measured, proof)


_WORDS = {
    READ: text("打开页面", "on the pages"),
    REFUSED: text("部门不予收件时", "when the department refuses"),
    ENGLISH: text("用英文进入时", "when entered in English"),
    ELDER: text("用大字版进入时", "when entered in elder mode"),
    KEYBOARD: text("只用键盘时", "by keyboard only"),
    WITHOUT_SCRIPT: text("关闭脚本时", "without scripts"),
}


def _troubles(check_id: str, seen: Seen) -> Iterator[Text]:
    """Say of the visits that a check needs which ones did not come to their end."""
    for purpose in NEEDS[check_id]:
        visit = seen.visits.get(purpose)
        if visit is None or visit.trouble is None:
            continue
        words, why = _WORDS[purpose], visit.trouble
        if visit.opened:
            where = visit.pages[-1].place.path
            yield text(f"{words['zh']}走到 {where} 卡住：{why['zh']}", f"{words['en']}, stuck at {where}: {why['en']}")
        else:
            yield text(
                f"{words['zh']}打不开启动页面：{why['zh']}", f"{words['en']}, the launch page did not open: {why['en']}"
            )


def _axe(width: int) -> Callable[[Seen], Judged]:
    def judged(seen: Seen) -> Judged:
        pages = seen.pages(READ, REFUSED)
        violations = [{"page": page.place.path, **each} for page in pages for each in page.violations.get(width, [])]
        faults: list[Text] = []
        if len(violations) > seen.job.most_violations:
            rules = ", ".join(sorted({str(each["rule"]) for each in violations}))
            count = len(violations)
            faults.append(text(f"有 {count} 个无障碍问题（{rules}）", f"{count} accessibility violations ({rules})"))
        for page in pages:
            if page.lost.get(width):
                words = _LOST.get(page.lost[width], _LOST["sideways"])
                faults.append(text(f"{page.place.path} {words['zh']}", f"{page.place.path} {words['en']}"))
            if page.too_large:
                faults.append(text(f"{page.place.path} 过于庞大", f"{page.place.path} is far too large"))
            if width <= PHONE and not page.narrow:
                zh, en = "没有 viewport 声明，手机上字会很小", "declares no viewport: tiny on a phone"
                faults.append(text(f"{page.place.path} {zh}", f"{page.place.path} {en}"))
        proof = [*pieces.violations(violations), *pieces.pictures(pages, width)]
        return faults, proof, {"pages": float(len(pages)), "violations": float(len(violations))}

    return judged


_KEYBOARD = {
    "unseen": text("焦点看不见", "the focus can't be seen"),
    "trapped": text("焦点被困住，到不了", "the focus is trapped and never reaches"),
    "unreachable": text("Tab 键到不了", "the Tab key does not reach"),
    "order": text("焦点顺序与页面不一致", "the focus comes in an odd order"),
    "small": text("点按目标小于 24 像素", "a target is smaller than 24 pixels"),
}


def _keyboard(seen: Seen) -> Judged:
    pages = seen.pages(KEYBOARD)
    faults = [
        text(f"{page.place.path} {_KEYBOARD[kind]['zh']}", f"{page.place.path}: {_KEYBOARD[kind]['en']}")
        for page in pages
        for kind in dict.fromkeys(kind for kind, _ in page.keyboard)
    ]
    rows = [f"{page.place.path}  {_KEYBOARD[kind]['en']}  {html}" for page in pages for kind, html in page.keyboard]
    measured = {"pages": float(len(pages)), "stops": float(sum(page.stops for page in pages))}
    return faults + _other_end(seen, KEYBOARD), pieces.rows("键盘走查", "By keyboard", rows), measured


def _other_end(seen: Seen, purpose: str) -> list[Text]:
    """Say when a visit ended elsewhere than the one with mouse and scripts."""
    read, visit = seen.visits.get(READ), seen.visits.get(purpose)
    if read is None or visit is None or read.ended is None or visit.ended is None:
        return []
    if visit.ended.arrived_at(read.ended):
        return []
    here, there = visit.ended.name, read.ended.name
    words = _WORDS[purpose]
    return [
        text(f"{words['zh']}只走到 {here}，没有到 {there}", f"{words['en']}, the way ends at {here}, not at {there}")
    ]


_ELDER = {
    "text": text("字号 {value:.0f} 像素，应不小于 18", "text of {value:.0f} px, at least 18 expected"),
    "line": text("行高 {value:.2f}，应不小于 1.5", "line height {value:.2f}, at least 1.5 expected"),
    "action": text("主要按钮高 {value:.0f} 像素，应不小于 60", "main action {value:.0f} px high, at least 60 expected"),
    "target": text("点按目标高 {value:.0f} 像素，应不小于 44", "target {value:.0f} px high, at least 44 expected"),
}


def _elder(seen: Seen) -> Judged:
    pages = seen.pages(ELDER)
    faults: list[Text] = []
    rows: list[str] = []
    for page in pages:
        path = page.place.path
        worst = {each["what"]: each for each in sorted(page.elder, key=lambda each: -each["value"])}
        for what, each in worst.items():
            words = _ELDER[what] if what in _ELDER else _ELDER["text"]
            value = each["value"]
            faults.append(
                text(f"{path} {words['zh'].format(value=value)}", f"{path}: {words['en'].format(value=value)}")
            )
        rows += [f"{path}  {each['what']} {each['value']:.2f}  {each['html']}" for each in page.elder]
        if page.contrast:
            faults.append(text(f"{path} 对比度不足 4.5:1", f"{path}: contrast below 4.5:1"))
        if page.moving:
            faults.append(text(f"{path} 有东西在动", f"{path}: something moves"))
            rows += [f"{path}  moving  {each}" for each in page.moving]
        if page.lost.get(PHONE):
            faults.append(text(f"{path} 要左右滑动", f"{path} scrolls sideways"))
    contrast = [{"page": page.place.path, **each} for page in pages for each in page.contrast]
    proof = [*pieces.rows("大字版走查", "In elder mode", rows), *pieces.violations(contrast)]
    return faults, [*proof, *pieces.pictures(pages, PHONE)], {"pages": float(len(pages))}


def _language(seen: Seen) -> Judged:
    pages = seen.pages(READ, ENGLISH)
    faults: list[Text] = []
    rows: list[str] = []
    for page in pages:
        if page.language is None:
            continue
        told, path = page.language, page.place.path
        chinese = told["expected"] == "zh"
        name = text("中文", "Chinese") if chinese else text("英文", "English")
        if not _declares(told["declared"], chinese=chinese):
            shown = told["declared"] or "—"
            faults.append(
                text(f"{path} 应声明{name['zh']}，lang 却是“{shown}”", f"{path} in {name['en']} says lang “{shown}”")
            )
        letters = told["han"] + told["latin"]
        share = (told["han"] if chinese else told["latin"]) / letters if letters else 1.0
        rows.append(f"{path}  {told['expected']}  lang={told['declared']}  han={told['han']} latin={told['latin']}")
        if letters >= LEAST_LETTERS and share < (LEAST_HAN if chinese else LEAST_LATIN):
            faults.append(text(f"{path} 的文字大多不是{name['zh']}", f"{path} is mostly not in {name['en']}"))
        if told["strays"]:
            stray = told["strays"][0]
            faults.append(text(f"{path} 有没翻译的“{stray}”", f"{path} leaves “{stray}” untranslated"))
            rows += [f"{path}  untranslated: {each}" for each in told["strays"]]
    english = seen.pages(ENGLISH)
    proof = [*pieces.rows("每页的语言", "Language of each page", rows), *pieces.pictures(english, PHONE)]
    return faults, proof, {"pages": float(len(pages))}


def _declares(declared: str, *, chinese: bool) -> bool:
    primary, *rest = declared.lower().split("-")
    if not chinese:
        return primary == "en"
    return primary == "zh" and not {"hant", "tw", "hk", "mo"} & set(rest)


def _all_visits(seen: Seen) -> list[VisitSeen]:
    return list(seen.visits.values())


def _no_outside(seen: Seen) -> Judged:
    addresses = list(dict.fromkeys(each for visit in _all_visits(seen) for each in visit.outside))
    windows = sum(visit.nuisances.get("windows", 0) for visit in _all_visits(seen))
    faults = [text(f"页面请求了外部地址 {each}", f"a page asks for {each}, outside the app") for each in addresses[:3]]
    if len(addresses) > 3:
        more = len(addresses) - 3
        faults.append(text(f"另有 {more} 个外部地址", f"{more} other addresses outside the app"))
    if windows:
        faults.append(text(f"页面打开了 {windows} 个窗口", f"pages opened {windows} windows"))
    measured = {"pages": float(len(seen.pages(*seen.visits))), "addresses": float(len(addresses))}
    return faults, pieces.rows("外部地址", "Addresses outside the app", addresses), measured


_NUISANCES = {
    "dialogs": text("页面弹出了 {count} 个对话框", "pages opened {count} dialogs"),
    "downloads": text("页面启动了 {count} 次下载", "pages started {count} downloads"),
}


def _no_errors(seen: Seen) -> Judged:
    visits = [visit for visit in _all_visits(seen) if visit.purpose != WITHOUT_SCRIPT]
    errors = list(dict.fromkeys(each for visit in visits for each in visit.errors))
    faults = [text(f"浏览器报告错误：{each[:120]}", f"the browser reports: {each[:120]}") for each in errors[:3]]
    if len(errors) > 3:
        faults.append(text(f"另有 {len(errors) - 3} 个错误", f"{len(errors) - 3} other errors"))
    for nuisance, words in _NUISANCES.items():
        count = sum(visit.nuisances.get(nuisance, 0) for visit in visits)
        if count:
            faults.append(text(words["zh"].format(count=count), words["en"].format(count=count)))
    measured = {"pages": float(sum(len(visit.pages) for visit in visits)), "errors": float(len(errors))}
    return faults, pieces.rows("浏览器的错误", "Errors of the browser", errors), measured


def _without_script(seen: Seen) -> Judged:
    pages = seen.pages(WITHOUT_SCRIPT)
    return _other_end(seen, WITHOUT_SCRIPT), [], {"pages": float(len(pages))}


JUDGES: dict[str, Callable[[Seen], Judged]] = {
    "page.axe_1280": _axe(1280),
    "page.axe_390": _axe(390),
    "page.axe_320": _axe(320),
    "page.keyboard": _keyboard,
    "page.elder": _elder,
    "page.language": _language,
    "page.no_outside_requests": _no_outside,
    "page.no_errors": _no_errors,
    "page.without_script": _without_script,
}
