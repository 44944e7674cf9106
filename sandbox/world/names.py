"""Owns the names of the city: common ones from the shipped table, rare ones that break software, and companies'."""

from __future__ import annotations

from bisect import bisect
from itertools import accumulate

from .chance import Chance
from .tables import shipped

_TABLES = shipped()
SURNAMES = tuple(_TABLES["surnames"])
_SHARES = tuple(accumulate(_TABLES["surnames"].values()))
FEMALE = tuple(_TABLES["female"])
MALE = tuple(_TABLES["male"])
_BRAND = tuple("安宝昌诚创达德丰福冠广海航浩恒宏鸿华汇佳嘉建金锦景凯科利联隆明诺启瑞润盛顺腾同万祥鑫信兴旭裕远泽正")
# (what its name says, what it may do)
INDUSTRIES = (
    ("网络科技", "软件开发；信息技术咨询"),
    ("餐饮管理", "餐饮服务；食品销售"),
    ("建筑工程", "房屋建筑施工；室内装修"),
    ("物流", "道路货物运输；仓储"),
    ("商贸", "日用百货、服装零售"),
    ("机械制造", "通用零部件制造；机床修理"),
    ("医药", "药品零售；医疗器械销售"),
    ("教育咨询", "教育信息咨询；文具销售"),
    ("家政服务", "家政服务；清洁服务"),
    ("农业发展", "蔬菜种植；农产品销售"),
    ("文化传媒", "广告设计；会议服务"),
    ("环保设备", "环保设备销售；水处理"),
)

# Characters of GB 18030-2022 outside the oldest sets, several of them beyond the basic plane; the last is a single one.
RARE = ("王㛃䶮", "李𬱖", "刘𬭼𫠐", "赵𡈽", "陈𤩽", "欧阳𬍛", "周龘靐", "㐱")
DOTTED = ("买买提·吐尔逊", "古丽娜尔·阿卜杜热依木", "扎西·多吉次仁")
LONG = ("阿卜杜热合曼·买买提吐尔逊·库尔班江·伊斯坎德尔·奥斯曼江·热合木图拉", "司马诸葛慕容长孙皇甫令狐尉迟公孙")
SHORT = ("颀", "乙")
FOREIGN = (
    ("MARIA DEL CARMEN GARCIA-LOPEZ", "ESP"),
    ("CHRISTOPHER ALEXANDER MONTGOMERY O'NEILL", "GBR"),
    ("NGUYEN THI MINH KHAI", "VNM"),
    ("JOSÉ ÁLVARO NÚÑEZ", "PER"),
)
HONG_KONG_MACAO = ("陳嘉欣", "黃志豪", "LEUNG KA MAN")
TAIWAN = ("林怡君", "蔡承翰")


def surname(chance: Chance) -> str:
    """Draw a surname by its frequency."""
    return SURNAMES[bisect(_SHARES, chance.below(10_000) / 10_000 * _SHARES[-1])]


def given_name(chance: Chance, *, female: bool) -> str:
    """Draw a given name."""
    return chance.pick(FEMALE if female else MALE)


def company_name(company: int, industry: int) -> str:
    """Return the name of a company; no two of the first hundred thousand are called the same."""
    pairs = len(_BRAND) ** 2
    mixed = (company * 1_009 + company // pairs) % pairs
    branch = company // pairs
    return (
        f"青澜市{_BRAND[mixed // len(_BRAND)]}{_BRAND[mixed % len(_BRAND)]}"
        f"{'' if branch == 0 else f'第{branch}'}{INDUSTRIES[industry][0]}有限公司"
    )
