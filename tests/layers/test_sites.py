"""Facilities, cameras and weights of a profile: what is taken, and what is said of what is not."""

from __future__ import annotations

import pytest

from config.ground import CameraFile, WeightFile
from layers import sites
from layers.sites import wrong_link
from streams.map_features import MapFeature, WrongMap, read_features
from streams.map_forms import CAMERAS, FACILITIES, WEIGHTS, Form

HOSTS = CameraFile(file="cameras.csv", hosts=("video.example", "10.0.0.7:8443"))
PEOPLE = WeightFile(file="people.csv", name={"en": "People"}, unit={"en": "people"}, source="made up")


def read(text: str, form: Form) -> tuple[MapFeature, ...]:
    return read_features(text.encode(), "file.csv", form, "WGS-84")


def test_a_facility() -> None:
    text = "编号,类型,名称,英文名称,纬度,经度,容量,说明\nh-1,hospital,示例医院,Sample,36.6,101.7,120,备用电源\n"
    (one,) = sites.facilities(read(text, FACILITIES), sample=True)
    assert (one.id, one.kind, dict(one.name), one.lat, one.lon, one.sample) == (
        "h-1", "hospital", {"zh-CN": "示例医院", "en": "Sample"}, 36.6, 101.7, True,
    )  # fmt: skip
    assert dict(one.detail) == {"capacity": 120.0, "note": "备用电源"}
    with pytest.raises(TypeError):
        one.detail["capacity"] = 1.0  # type: ignore[index]


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("https://video.example/a?b=1", ""),
        ("http://10.0.0.7:8443/live", ""),
        ("https://VIDEO.example/a", ""),
        ("https://video.example:444/a", "does not name; add it there"),
        ("https://other.example/a", "leads to other.example, which"),
        ("https://user:word@video.example/a", "name or password; take it out"),
        ("javascript:alert(1)", "is no address; write https://host/path"),
        ("//video.example/a", "is no address"),
        ("rtsp://video.example/a", "is no address"),
        ("https://[/a", "is no address"),
    ],
)
def test_a_link_leads_only_where_the_profile_allows(link: str, said: str) -> None:
    found = wrong_link(link, HOSTS.hosts)
    assert said in found
    assert bool(said) == bool(found)


def test_a_camera_that_leads_elsewhere_is_named() -> None:
    text = "id,name_zh,lat,lon,link\na,甲,36.6,101.7,https://video.example/a\nb,乙,36.6,101.7,https://evil.example/b\n"
    with pytest.raises(WrongMap, match=r"cameras\.csv, line 3: the link leads to evil\.example, which cameras\.hosts"):
        sites.cameras(read(text, CAMERAS), HOSTS, "cameras.csv")


def test_points_and_cells_of_a_weight() -> None:
    text = "cell,lat,lon,weight\n882488000dfffff,,,10\n,36.6,101.7,2.5\n,36.6001,101.7001,1.5\n"
    people = sites.weight("people", PEOPLE, read(text, WEIGHTS), "people.csv")
    assert people.total == 14
    assert sum(people.at(6).values()) == pytest.approx(14)
    assert sorted(people.at(8).values()) == [4, 10]
    assert sorted(people.at(9).values()) == pytest.approx([10 / 7] * 7 + [1.5, 2.5]), "a cell is shared by its parts"
    assert people.at(8) is people.at(8)


@pytest.mark.parametrize("cell", ["nothing", "812", "812b3ffffffffff", "8"])
def test_what_is_no_cell_is_named(cell: str) -> None:
    with pytest.raises(WrongMap, match=r"people\.csv, line 2: cell is no H3 cell of resolution 5 or finer"):
        sites.weight("people", PEOPLE, read(f"cell,weight\n{cell},1\n", WEIGHTS), "people.csv")
