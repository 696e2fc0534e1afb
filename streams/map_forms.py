"""What each map file of a profile may say: its shapes, its columns, what each may hold. Frozen descriptions. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
ADCODE = re.compile(r"[0-9]{6,12}")
AREAS, LINES, POINTS = ("Polygon", "MultiPolygon"), ("LineString", "MultiLineString"), ("Point",)
FACILITY_KINDS = ("hospital", "shelter", "fire_station", "pump", "reserve", "school")
"""Each has a name in words, `ground.kind.<kind>`, and says what its capacity counts, `ground.capacity.<kind>`."""
ROAD_CLASSES = ("motorway", "trunk", "primary", "secondary", "local")
NAMES = {"name_zh": "名称", "name_en": "英文名称"}
PLACE = {"lat": "纬度", "lon": "经度", "datum": "坐标系"}
LABEL = {"label_lat": "标注纬度", "label_lon": "标注经度"}


@dataclass(frozen=True)
class Form:
    """What a file says of one thing. `columns`: our names and the Chinese ones; `must` are those each thing needs.

    `numbers` are columns with a least and a greatest value, `choices` with the values there are, `texts` with a
    pattern and what it is called. `unique` is the column that no two things have in common.
    """

    shapes: tuple[str, ...]
    columns: Mapping[str, str]
    must: tuple[str, ...] = ()
    numbers: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    texts: Mapping[str, tuple[re.Pattern[str], str]] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    unique: str = ""


DEGREES = {"lat": (-90, 90), "lon": (-180, 180), "label_lat": (-90, 90), "label_lon": (-180, 180)}
CODE = (ADCODE, "code of six to twelve digits, such as 630102")
IDENTIFIER = (ID, "identifier of letters, digits, dot, _ and -, at most 64")
DISTRICTS = Form(
    AREAS,
    {"adcode": "区划代码", **NAMES, "short_name": "简称", **LABEL},
    ("adcode", "name_zh"),
    numbers=DEGREES,
    texts={"adcode": CODE},
    unique="adcode",
)
RIVERS = Form(LINES, {**NAMES, "short_name": "简称", "schematic": "示意"}, ("name_zh",), flags=("schematic",))
ROADS = Form(
    LINES,
    {**NAMES, "short_name": "简称", "class": "等级", "schematic": "示意"},
    ("class",),
    choices={"class": ROAD_CLASSES},
    flags=("schematic",),
)
WATER = Form(
    AREAS, {**NAMES, "short_name": "简称", "schematic": "示意", **LABEL}, flags=("schematic",), numbers=DEGREES
)
BASINS = Form(AREAS, {"id": "编号", **NAMES}, ("id", "name_zh"), texts={"id": IDENTIFIER}, unique="id")
PLACES = Form(POINTS, {**NAMES, "rank": "等级", **PLACE}, ("name_zh",), numbers={**DEGREES, "rank": (1, 4)})
FACILITIES = Form(
    POINTS,
    {
        **{"id": "编号", "kind": "类型", **NAMES, "capacity": "容量", "district": "区划代码"},
        **{"note": "说明", **PLACE},
    },
    ("id", "kind", "name_zh"),
    numbers={**DEGREES, "capacity": (0, 1e9)},
    choices={"kind": FACILITY_KINDS},
    texts={"id": IDENTIFIER, "district": CODE},
    unique="id",
)
CAMERAS = Form(
    POINTS,
    {"id": "编号", **NAMES, "link": "链接", "district": "区划代码", **PLACE},
    ("id", "name_zh", "link"),
    numbers=DEGREES,
    texts={"id": IDENTIFIER, "district": CODE},
    unique="id",
)
WEIGHTS = Form(
    POINTS, {"cell": "网格", **PLACE, "weight": "权重"}, ("weight",), numbers={**DEGREES, "weight": (0, 1e12)}
)
