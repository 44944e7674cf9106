"""Owns the names of the city: common ones by Faker's tables (zh_CN), rare ones that break software, and its map."""

from __future__ import annotations

import random
from itertools import accumulate

from faker.providers.company.zh_CN import Provider as CompanyNames
from faker.providers.person.zh_CN import Provider as PersonNames

CITY = "云泽省青澜市"
DISTRICTS = ("临江区", "松岭区", "望海区", "新田区", "石桥区", "柳湾区")
ROADS = ("望春路", "学府街", "青石巷", "滨河大道", "梧桐路", "长虹街", "晒谷场路", "灯塔路", "东风里", "百草园路")
ESTATES = ("春和苑", "听涛阁", "安居里", "荷塘小区", "云栖家园", "金穗花园", "望山居")
ELSEWHERE = (
    "澄川省白鹭市河东区",
    "岭原省木棉市山南县",
    "北屏省霜桥市集贤区",
    "沙洲自治区绿洲市友谊县",
    "海屿省贝湾市渔港镇",
)

SURNAMES = tuple(PersonNames.last_names)
_SURNAME_WEIGHTS = tuple(accumulate(PersonNames.last_names.values()))
FEMALE = tuple(PersonNames.first_names_female)
MALE = tuple(PersonNames.first_names_male)
COMPANY_PREFIXES = tuple(CompanyNames.company_prefixes)
COMPANY_SUFFIXES = tuple(CompanyNames.company_suffixes)

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


def surname(chance: random.Random) -> str:
    """Draw a surname by its frequency."""
    return chance.choices(SURNAMES, cum_weights=_SURNAME_WEIGHTS)[0]


def given_name(chance: random.Random, *, female: bool) -> str:
    """Draw a given name."""
    return chance.choice(FEMALE if female else MALE)


def company_name(chance: random.Random) -> str:
    """Draw the name of a company of the city."""
    return f"青澜市{chance.choice(COMPANY_PREFIXES)}{chance.choice(COMPANY_SUFFIXES)}"
