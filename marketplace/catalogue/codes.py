"""Code sets of GB/T 39046-2020 annex A for service items, in both languages (pure; facts only)."""

Texts = dict[str, str]


def _both(chinese: str, english: str) -> Texts:
    return {"zh": chinese, "en": english}


ITEM_TYPES = {
    "01": _both("行政许可", "administrative licence"),
    "02": _both("行政处罚", "administrative penalty"),
    "03": _both("行政强制", "administrative coercion"),
    "04": _both("行政征收", "administrative levy"),
    "05": _both("行政给付", "administrative payment"),
    "06": _both("行政检查", "administrative inspection"),
    "07": _both("行政确认", "administrative confirmation"),
    "08": _both("行政奖励", "administrative reward"),
    "09": _both("行政裁决", "administrative adjudication"),
    "10": _both("其他行政权力", "other administrative power"),
    "20": _both("公共服务", "public service"),
}

LEVELS = {
    "1": _both("国家级", "national"),
    "2": _both("省级", "province"),
    "3": _both("市级", "prefecture"),
    "4": _both("县级", "county"),
    "5": _both("镇(乡、街道)级", "township"),
    "6": _both("村(社区)级", "village or community"),
    "7": _both("分级管理", "by level"),
}

BODY_NATURES = {
    "1": _both("法定机关", "statutory body"),
    "2": _both("授权组织", "authorised organisation"),
    "3": _both("受委托组织", "entrusted organisation"),
    "9": _both("其他", "other"),
}

TARGETS = {
    "1": _both("自然人", "natural person"),
    "2": _both("企业法人", "enterprise"),
    "3": _both("事业法人", "public institution"),
    "4": _both("社会组织法人", "social organisation"),
    "5": _both("行政机关", "administrative body"),
    "6": _both("其他组织", "other organisation"),
}

HANDLING_FORMS = {
    "1": _both("窗口办理", "counter"),
    "2": _both("电脑端办理", "web"),
    "3": _both("移动端办理", "mobile"),
    "4": _both("快递申请", "post"),
    "9": _both("其他", "other"),
}

CASE_TYPES = {
    "1": _both("即办件", "done at once"),
    "2": _both("承诺件", "promised time"),
    "9": _both("其他", "other"),
}
