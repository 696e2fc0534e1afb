"""What a profile may give the map beside its districts: files, cameras, weights, tiles. Frozen values. Pure."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from config.words import LANGUAGES

Datum = Literal["WGS-84", "GCJ-02", "BD-09"]
Zoom = Annotated[int, Field(ge=0, le=22)]
KEY = re.compile(r"^[a-z][a-z0-9_]{0,31}$")
HOST = re.compile(r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[0-9]{1,5})?$")
HOLES = {"{z}", "{x}", "{y}"}


def _known_languages(names: dict[str, str]) -> dict[str, str]:
    if not names or set(names) - set(LANGUAGES):
        raise ValueError(f"a name in at least one of {', '.join(LANGUAGES)} is wanted, and in no other language")
    return names


MultiName = Annotated[dict[str, str], AfterValidator(_known_languages)]


class Part(BaseModel):
    """Base of every part of a profile: frozen, and a key nobody knows is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class MapFile(Part):
    """A file beside city.yaml, GeoJSON or CSV by its name. `datum` None is that of the profile.

    `source` says who made it, `sample` that it was made up for a demonstration.
    """

    file: str
    datum: Datum | None = None
    source: str = ""
    sample: bool = False


def named(value: Any) -> Any:
    """`rivers: rivers.geojson` is short for `rivers: {file: rivers.geojson}`."""
    return {"file": value} if isinstance(value, str) else value


File = Annotated[MapFile, BeforeValidator(named)]


class CameraFile(MapFile):
    """Cameras. `hosts` are the only ones (with :port, if any) that a link of the file may lead to."""

    hosts: tuple[str, ...] = ()

    @field_validator("hosts")
    @classmethod
    def _plain_hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        wrong = [host for host in hosts if not HOST.match(host)]
        if wrong:
            raise ValueError(f"{wrong[0]!r} is no host; write it as video.example.cn, or with :8443, in small letters")
        return hosts


class WeightFile(MapFile):
    """A quantity that lies still, such as residents: so much at each cell or point of the file, to be summed."""

    name: MultiName
    unit: MultiName


class TileFile(MapFile):
    """A picture of the ground as .mbtiles or .pmtiles, absolute or beside city.yaml. Tiles can only be WGS-84."""

    credit: MultiName | None = None

    @model_validator(mode="after")
    def _tiles(self) -> TileFile:
        if not self.file.endswith((".mbtiles", ".pmtiles")):
            raise ValueError(f"{self.file} is no file of tiles; its name must end in .mbtiles or .pmtiles")
        if self.datum not in (None, "WGS-84"):
            raise ValueError(f"pictures in {self.datum} cannot be converted; take tiles in WGS-84 or CGCS2000")
        return self


class Wmts(Part):
    """A foreign map for those who have a network. Browsers ask it, so its hosts are named in the content policy.

    `address` holds {z}, {x}, {y} of web mercator, {s} where `parts` stand, and {key} where YIPING_WMTS_KEY goes.
    """

    address: str
    parts: tuple[str, ...] = ()
    min_zoom: Zoom = 1
    max_zoom: Zoom = 18
    credit: MultiName | None = None

    @field_validator("address")
    @classmethod
    def _can_be_asked(cls, address: str) -> str:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not HOST.match(parts.netloc.replace("{s}", "s")):
            raise ValueError(f"{address[:60]!r} is no address; write https://host/path?... without a password")
        holes = set(re.findall(r"\{[^}]*\}", address))
        if HOLES - holes or holes - HOLES - {"{s}", "{key}"}:
            raise ValueError("the address must hold {z}, {x} and {y}, and besides only {s} and {key}")
        if re.search(r"_c/wmts|tilematrixset=c(&|$)", address, re.IGNORECASE):
            raise ValueError("these tiles are cut in degrees; take those in web mercator (天地图: vec_w, not vec_c)")
        return address

    @model_validator(mode="after")
    def _parts_fit(self) -> Wmts:
        if ("{s}" in self.address) != bool(self.parts):
            raise ValueError("{s} in the address and a list of `parts` belong together; give both or neither")
        if any(not re.fullmatch(r"[a-z0-9-]{1,20}", part) for part in self.parts):
            raise ValueError("parts are letters and digits such as t0")
        return self

    def addresses(self, key: str) -> tuple[str, ...]:
        """An address for each part, the key put in; none while the address wants a key and there is none."""
        if "{key}" in self.address and not key:
            return ()
        whole = self.address.replace("{key}", key)
        return tuple(whole.replace("{s}", part) for part in self.parts) or (whole,)


class Basemap(Part):
    """What lies under the drawn ground; all of it optional."""

    tiles: Annotated[TileFile, BeforeValidator(named)] | None = None
    wmts: Annotated[tuple[Wmts, ...], Field(max_length=4)] = ()


class Ground(Part):
    """Files of a profile beside its districts and rivers; each may be left out."""

    roads: File | None = None
    water: File | None = None
    basins: File | None = None
    names: File | None = None
    facilities: File | None = None
    cameras: Annotated[CameraFile, BeforeValidator(named)] | None = None
    weights: dict[str, WeightFile] = {}
    basemap: Basemap = Basemap()

    @field_validator("weights")
    @classmethod
    def _plain_keys(cls, weights: dict[str, WeightFile]) -> dict[str, WeightFile]:
        wrong = [key for key in weights if not KEY.match(key)]
        if wrong:
            raise ValueError(f"{wrong[0]!r} is no key; write small letters, digits and _, such as people")
        if any(not one.source for one in weights.values()):
            raise ValueError("each needs a `source`: who counted, and when")
        return weights
