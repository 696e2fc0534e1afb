"""What people report and what happens in a city: kinds of cases (GB/T 30428 classes) and of emergencies. Made up.

These texts are data, as a city's own systems would send them, not words of our screens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Clock = Literal["working", "always"]
"""Whether a limit runs in working hours (工作时) or round the clock (紧急工作时)."""

WORKDAY = 9.5  # working hours of a day, 08:30 to 18:00


@dataclass(frozen=True)
class CaseKind:
    """One kind of case: class and title of the standard, who handles it within how many hours; `weight`: how often."""

    category: str
    title: str
    department: str
    hours: float
    clock: Clock
    weight: float


_CITY, _WATER, _ROADS = "城市管理局", "水务局", "住房和城乡建设局"
_GREEN, _POLICE, _MARKET = "林业和草原局", "公安局交警支队", "市场监督管理局"

CASES = (
    CaseKind("公用设施", "井盖破损", _ROADS, 4, "always", 5),
    CaseKind("公用设施", "井盖缺失", _ROADS, 2, "always", 2),
    CaseKind("公用设施", "路灯不亮", _ROADS, WORKDAY, "working", 6),
    CaseKind("公用设施", "供水管漏水", _WATER, 6, "always", 3),
    CaseKind("公用设施", "雨水箅子堵塞", _WATER, WORKDAY, "working", 4),
    CaseKind("道路交通", "路面破损", _ROADS, 3 * WORKDAY, "working", 6),
    CaseKind("道路交通", "信号灯故障", _POLICE, 4, "always", 2),
    CaseKind("道路交通", "护栏倒伏", _POLICE, WORKDAY, "working", 2),
    CaseKind("道路交通", "机动车乱停放", _POLICE, 3, "working", 10),
    CaseKind("市容环境", "暴露垃圾", _CITY, 4, "working", 13),
    CaseKind("市容环境", "垃圾满溢", _CITY, 4, "working", 7),
    CaseKind("市容环境", "道路不洁", _CITY, 4, "working", 6),
    CaseKind("市容环境", "积存垃圾渣土", _CITY, 2 * WORKDAY, "working", 4),
    CaseKind("园林绿化", "行道树倒伏", _GREEN, 6, "always", 1.5),
    CaseKind("园林绿化", "绿地脏乱", _GREEN, WORKDAY, "working", 3),
    CaseKind("宣传广告", "违规张贴小广告", _CITY, WORKDAY, "working", 6),
    CaseKind("宣传广告", "广告招牌破损", _CITY, 2 * WORKDAY, "working", 2),
    CaseKind("施工管理", "施工扬尘", _ROADS, 4, "working", 3),
    CaseKind("施工管理", "夜间施工噪声", _CITY, 3, "always", 3),
    CaseKind("施工管理", "工地占道", _ROADS, WORKDAY, "working", 2),
    CaseKind("突发事件", "道路遗撒", _CITY, 3, "always", 2),
    CaseKind("街面秩序", "占道经营", _CITY, 3, "working", 11),
    CaseKind("街面秩序", "店外经营", _CITY, 3, "working", 7),
    CaseKind("街面秩序", "无照经营", _MARKET, WORKDAY, "working", 3),
)

STORM_CASES = (
    CaseKind("突发事件", "道路积水", _WATER, 3, "always", 6),
    CaseKind("突发事件", "下穿通道积水", _WATER, 2, "always", 2),
    CaseKind("突发事件", "小区积水", _WATER, 4, "always", 3),
    CaseKind("公用设施", "雨水箅子堵塞", _WATER, 4, "always", 3),
    CaseKind("公用设施", "污水井冒溢", _WATER, 4, "always", 2),
)

CHANNELS = (("12345", 45.0), ("网格", 32.0), ("视频", 13.0), ("微信", 10.0))
STORM_CHANNELS = (("12345", 80.0), ("网格", 8.0), ("视频", 5.0), ("微信", 7.0))


@dataclass(frozen=True)
class Emergency:
    """One kind of emergency: `kind` as feeds name it, class and grades, texts, how many a day, minutes it lasts."""

    kind: str
    category: str
    titles: tuple[str, ...]
    grades: tuple[str, ...]
    sender: str
    daily: float
    minutes: tuple[int, int]
    on_site: str


EMERGENCIES = (
    Emergency(
        "traffic_accident",
        "事故灾难",
        ("两车追尾，占用一条车道", "货车侧翻占道", "多车剐蹭，通行缓慢"),
        ("IV", "IV", "IV", "III"),
        "交警指挥中心",
        3.0,
        (35, 110),
        "交警已到场，正在疏导。",
    ),
    Emergency(
        "fire_alarm",
        "事故灾难",
        ("商铺冒烟", "高层住宅烟感报警", "仓库起火"),
        ("IV", "IV", "III"),
        "消防救援支队",
        1.0,
        (40, 100),
        "消防已到场，正在处置。",
    ),
    Emergency(
        "pipe_burst",
        "事故灾难",
        ("供水主管爆裂", "供热管道泄漏"),
        ("IV", "III"),
        "水务集团",
        0.8,
        (120, 360),
        "抢修队已到场，已关阀。",
    ),
)
