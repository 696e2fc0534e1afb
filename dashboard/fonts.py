"""The font for screens that have no Chinese one: a WOFF2 subset, made once in a process of its own, kept on disk."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path

import structlog

from config.settings import CITIES, ROOT, RULES, WORDS
from streams.sheet import decoded

VERSION = 1  # rises when the choice of characters changes
FACE = 2  # of the collection: JP, KR, SC, TC, HK
QUIET = 15  # nice value: making the font must not slow the first picture

log = structlog.get_logger(__name__)


def gb2312() -> set[str]:
    """The 6,763 characters and the signs of GB 2312-80: what public Chinese text is written with."""
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    return set("".join(pair.decode("gb2312", "ignore") for pair in pairs))


def wanted(texts: list[str]) -> str:
    """Every character the screens can need: Latin, GB 2312, signs of units, and all that the given texts use."""
    signs = {chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x100))} | set("—–−…·•²³μ°℃→↑↓≤≥△▲▼●○")
    return "".join(sorted(gb2312() | signs | {letter for text in texts for letter in text if letter.isprintable()}))


def own_texts() -> list[str]:
    """The files whose texts reach a screen: words, rules and cities."""
    cities = [path for kind in ("yaml", "geojson", "csv") for path in CITIES.glob(f"*/*.{kind}")]
    found = [*WORDS.rglob("*.yaml"), *RULES.glob("*.yaml"), *cities]
    return [decoded(path.read_bytes(), str(path)) for path in sorted(found)]


@cache
def version() -> str:
    """What a font is named by: it is made anew when the characters change, as with another city."""
    return f"{VERSION}-{sha256(wanted(own_texts()).encode()).hexdigest()[:8]}"


@cache
def drawable() -> set[str]:
    """The characters that the screens' own font can draw at all."""
    from fontTools.ttLib import TTFont
    from noto_cjk_sans_otc import FONT_PATH  # type: ignore[import-untyped]

    with TTFont(str(FONT_PATH), fontNumber=FACE, lazy=True) as font:
        return {chr(code) for code in font.getBestCmap()}


def make(target: Path) -> None:
    """Writes the subset to `target`, whole or not at all. Takes about 20 s of one core and 300 MB."""
    from fontTools import subset
    from noto_cjk_sans_otc import FONT_PATH

    features = ["kern", "liga", "tnum", "locl"]
    options = subset.Options(flavor="woff2", layout_features=features, hinting=False, font_number=FACE)
    font = subset.load_font(str(FONT_PATH), options)
    cutter = subset.Subsetter(options)
    cutter.populate(text=wanted(own_texts()))
    cutter.subset(font)
    part = target.with_suffix(f".{os.getpid()}.part")
    subset.save_font(font, str(part), options)
    part.replace(target)


@dataclass
class Fonts:
    """The font in `<data>/cache`, made in the background when it is not there."""

    data: Path
    _maker: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def target(self) -> Path:
        return self.data / "cache" / f"yiping-{version()}.woff2"

    def path(self) -> Path | None:
        """The finished font, None while there is none."""
        return self.target if self.target.is_file() else None

    def start(self) -> None:
        """Begins to make the font, unless it is there or being made."""
        if self.path() is not None or self._maker is not None:
            return
        self.target.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "dashboard.fonts", str(self.target)]
        self._maker = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        threading.Thread(target=self._maker.wait, name="font", daemon=True).start()  # or it stays a zombie when done
        log.info("font", state="being made", path=str(self.target))

    def stop(self) -> None:
        """Ends the making: the next start begins anew."""
        if self._maker is not None and self._maker.poll() is None:
            self._maker.terminate()
            self._maker.wait(5)
        self._maker = None


if __name__ == "__main__":
    os.nice(QUIET)
    make(Path(sys.argv[1]))
