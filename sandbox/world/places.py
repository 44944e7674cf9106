"""Owns the made-up map: communities of a hundred homes, each home and each office with an address of its own."""

from __future__ import annotations

from dataclasses import dataclass

from .chance import Chance
from .records import Home

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
_CORNERS = len(DISTRICTS) * len(ROADS) * len(ESTATES)
_STEP = 89  # shares no divisor with the number of corners, so that every corner is met before the first comes again
_HOMES_IN_A_BUILDING = 20
_HOMES_ON_A_FLOOR = 2


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Where a community lies."""

    district: str
    street: str
    estate: str
    number: int

    @property
    def gate(self) -> str:
        """The address of its gate, with which all addresses inside begin."""
        return f"{CITY}{self.district}{self.street}{self.number}号{self.estate}"

    @property
    def name(self) -> str:
        """What people call it."""
        return f"{self.estate}社区"


def neighbourhood(community: int) -> Neighbourhood:
    """Return where a community lies; no two lie at the same corner under the same house number."""
    corner = community * _STEP % _CORNERS
    road, rest = divmod(corner, len(DISTRICTS) * len(ESTATES))
    district, estate = divmod(rest, len(ESTATES))
    return Neighbourhood(
        district=DISTRICTS[district],
        street=ROADS[road],
        estate=ESTATES[estate],
        number=1 + corner % 60 + community // _CORNERS * 60,
    )


def home(where: Neighbourhood, place: int, household: int) -> Home:
    """Return the home at a place (0 to 99) of a community."""
    building, inside = divmod(place, _HOMES_IN_A_BUILDING)
    floor, door = divmod(inside, _HOMES_ON_A_FLOOR)
    area = where.district[:-1]
    return Home(
        address_no=f"QL{household:09d}",
        address=f"{where.gate}{building + 1}幢{floor + 1}0{door + 1}室",
        district=where.district,
        police_station=f"青澜市公安局{area}分局{area}派出所",
        community=where.name,
        area_m2=45 + household * 37 % 96,
    )


def office(where: Neighbourhood, place: int) -> str:
    """Return the address of a company at a place of a community."""
    return f"{where.gate}商务楼{place // 4 + 1}层{place % 4 + 1}室"


def elsewhere(chance: Chance) -> str:
    """Draw the permanent address of somebody who came from another place."""
    return f"{chance.pick(ELSEWHERE)}{chance.among(1, 400)}号"
