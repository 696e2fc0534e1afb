"""`yiping city check`: what is wrong with a profile is said, with a verdict and a code."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
import shapely
from shapely.geometry import Polygon, box
from typer.testing import CliRunner

from config.read import read_words
from config.settings import Settings
from dashboard.city_check import run, said
from dashboard.cli import app
from layers.city_check import Finding, of_letters, verdict
from tests.layers.cities_made import EAST, MIDDLE, WEST, districts, moved, write

OURS, THEIRS = districts(WEST, MIDDLE, 990101), districts(MIDDLE, EAST, 990201)
WORDS = read_words("en")


def found(folder: Path, id: str = "west", key: str = "") -> dict[str, Finding]:
    return {one.key: one for one in run(id, Settings(wmts_key=key), WORDS, folder)}


def wrong(findings: Iterable[Finding]) -> set[str]:
    return {one.key for one in findings if one.grade == "wrong"}


def test_xining_can_be_used(capsys: pytest.CaptureFixture[str]) -> None:
    answer = CliRunner().invoke(app, ["city", "check", "xining"], env={"YIPING_LANGUAGE": "en"})
    assert answer.exit_code == 0, answer.output
    lines = answer.output.splitlines()
    assert lines[0].startswith("xining: 1603 cells, 7 districts, 8 stations, 60 facilities")
    assert any(line.startswith("gap   no marks, so no rule watches them: 1 stations (wl-laoyeshan)") for line in lines)
    assert any(line.startswith("ok    datum: all fits. ") for line in lines)
    assert lines[-1] == "xining: can be used; gaps left: 1."


def test_in_chinese_too() -> None:
    answer = CliRunner().invoke(app, ["city", "check", "xining"], env={"YIPING_LANGUAGE": "zh-CN"})
    assert answer.output.splitlines()[-1] == "xining：可以使用，尚有 1 处缺项。"


def test_a_city_that_there_is_not() -> None:
    answer = CliRunner().invoke(app, ["city", "check", "atlantis"])
    assert answer.exit_code == 2
    assert "there are: xining" in answer.output


@pytest.mark.parametrize(("lies", "declared"), [("GCJ-02", "WGS-84"), ("WGS-84", "GCJ-02"), ("BD-09", "GCJ-02")])
def test_a_wrong_datum_is_seen_beside_a_neighbour(tmp_path: Path, lies: str, declared: str) -> None:
    write(tmp_path, "west", {code: moved(one, lies) for code, one in OURS.items()}, declared)
    write(tmp_path, "east", THEIRS)
    findings = found(tmp_path)
    assert wrong(findings.values()) == {"fit.neighbours"}
    assert f"write datum: {lies} for it" in said(findings["fit.neighbours"], WORDS)
    assert verdict(findings.values()) == 1
    write(tmp_path, "west", {code: moved(one, lies) for code, one in OURS.items()}, lies)
    assert verdict(found(tmp_path).values()) == 0


@pytest.mark.parametrize("datum", ["GCJ-02", "BD-09"])
def test_facilities_in_another_datum_are_seen(tmp_path: Path, datum: str) -> None:
    inner = OURS["990101"].buffer(-0.0005).exterior
    points = [inner.interpolate(at / 40, normalized=True) for at in range(40)]
    here = write(tmp_path, "west", OURS, more="ground: {facilities: {file: facilities.csv}}\n")
    rows = [moved(point, datum) for point in points]  # type: ignore[arg-type]
    lines = [f"f-{at},pump,泵,Pump,{one.y},{one.x},990101" for at, one in enumerate(rows)]
    (here / "facilities.csv").write_text("\n".join(["id,kind,name_zh,name_en,lat,lon,district", *lines]), "utf-8")
    findings = found(tmp_path)
    assert wrong(findings.values()) == {"fit.districts"}
    assert findings["fit.districts"].values["better"] == datum
    yaml = (here / "city.yaml").read_text("utf-8")
    (here / "city.yaml").write_text(yaml.replace("facilities.csv}", f"facilities.csv, datum: {datum}}}"), "utf-8")
    assert verdict(found(tmp_path).values()) == 0


def test_nothing_to_prove_it_by_is_said(tmp_path: Path) -> None:
    write(tmp_path, "west", OURS)
    told = said(found(tmp_path)["pointless"], WORDS)
    assert ("nothing proves it" in told, " 0 " in told) == (True, False), "no figure of points that are not there"
    inside = "stations:\n  - {id: g, name: {zh-CN: 站}, river: {zh-CN: 河}, lat: 36.5, lon: 101.55}\n"
    write(tmp_path, "west", OURS, more=inside)
    assert "nothing proves it" in said(found(tmp_path)["unproved"], WORDS)


def test_shapes_that_are_wrong(tmp_path: Path) -> None:
    crossed = Polygon([(101.4, 36.4), (101.6, 36.6), (101.6, 36.4), (101.4, 36.6)])
    upon = {"990101": box(101.7, 36.4, 101.9, 36.6), "990102": box(101.85, 36.4, 102.1, 36.6), "990103": crossed}
    write(tmp_path, "west", upon)
    findings = found(tmp_path)
    assert {"invalid", "overlap"} <= wrong(findings.values())
    assert "feature 3 (区): the outline crosses itself (Self-intersection" in said(findings["invalid"], WORDS)
    assert (findings["overlap"].values["one"], findings["overlap"].values["other"]) == ("990101", "990102")


def test_a_hole_between_districts(tmp_path: Path) -> None:
    around = box(101.4, 36.4, 101.8, 36.8).difference(box(101.5, 36.5, 101.52, 36.52))
    inner = box(101.5, 36.5, 101.519, 36.52)  # a gap of 90 m is what simplification leaves
    write(tmp_path, "west", {"990101": around})
    assert found(tmp_path)["hole"].values["km2"] == pytest.approx(3.97, abs=0.1)
    write(tmp_path, "west", {"990101": around, "990102": inner})
    assert "hole" not in found(tmp_path)


def test_what_stands_outside_has_no_name_or_no_district(tmp_path: Path) -> None:
    here = write(tmp_path, "west", OURS, more="ground: {facilities: f.csv}\n")
    (here / "f.csv").write_text(
        "id,kind,name_zh,lat,lon,district\na,pump,泵,30,110,990101\nb,pump,泵,36.5,101.5,123456\n"
    )
    (here / "devices.csv").write_text("device,metric,lat\nx,rain,north\n")
    findings = found(tmp_path)
    assert wrong(findings.values()) == {"unknown_district", "devices"}
    assert said(findings["outside"], WORDS) == "facilities: 1 stand outside every district (a)"
    assert said(findings["nameless"], WORDS) == "facilities: 2 have no name in en (a, b)"
    assert "line 2, column lat" in said(findings["devices"], WORDS)


def test_a_foreign_map_without_its_key(tmp_path: Path) -> None:
    address = '"https://map.example/{z}/{x}/{y}?tk={key}"'
    write(tmp_path, "west", OURS, more=f"ground: {{basemap: {{wmts: [{{address: {address}}}]}}}}\n")
    assert "keyless" in found(tmp_path)
    assert "keyless" not in found(tmp_path, key="K")


def test_letters_that_would_be_boxes() -> None:
    (finding,) = of_letters({"rivers": set("湟水\U000323af")}, set("湟水"))
    assert said(finding, WORDS).endswith("may be empty boxes: \U000323af (U+323AF)")
    assert list(of_letters({"rivers": set("湟水")}, set("湟水"))) == []


def test_every_finding_has_words_in_both_languages() -> None:
    keys = {"invalid", "overlap", "hole", "label", "nameless", "tofu", "markless", "outside", "unknown_district"}
    keys |= {"fits", "unproved", "pointless", "file", "large", "drawn", "devices", "keyless", "uncovered"}
    keys |= {f"fit.{about}" for about in ("districts", "outline", "twins", "rivers", "neighbours", "border")}
    for language in ("zh-CN", "en"):
        assert all(read_words(language).has(f"city.{key}") for key in keys)


def test_shapes_of_a_city_are_not_far_off() -> None:
    """The made-up cities share their border point by point."""
    whole, other = (shapely.union_all(list(some.values())) for some in (OURS, THEIRS))
    assert whole.intersection(other).area < 1e-12
    assert whole.intersection(other).length > 0.4
