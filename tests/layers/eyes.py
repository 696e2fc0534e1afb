"""How colours look to other eyes, and how far apart two of them are: for the tests of the palettes.

Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision deficiency" (2009),
severity 1.0, on linear sRGB. Distances are CIEDE2000 (CIE 142-2001; formulae as in Sharma, Wu and Dalal, 2005).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

Triple = tuple[float, float, float]
Matrix = tuple[Triple, Triple, Triple]

SAME: Matrix = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
EYES: Mapping[str, Matrix] = {
    "usual": SAME,
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
XYZ: Matrix = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
WHITE: Triple = (0.95047, 1.0, 1.08883)


def linear(colour: str) -> Triple:
    """Linear sRGB, 0 to 1, of `#rrggbb`."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _bent(red), _bent(green), _bent(blue)


def _bent(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def times(matrix: Matrix, vector: Sequence[float]) -> Triple:
    first, second, third = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return first, second, third


def lab(colour: str, eye: str = "usual") -> Triple:
    """CIE Lab (D65) of a colour as an eye sees it."""
    seen = [min(max(one, 0.0), 1.0) for one in times(EYES[eye], linear(colour))]
    x, y, z = (_root(value / white) for value, white in zip(times(XYZ, seen), WHITE, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _root(value: float) -> float:
    return float(value ** (1 / 3)) if value > 216 / 24389 else (24389 / 27 * value + 16) / 116


def distance(one: Triple, other: Triple) -> float:
    """CIEDE2000 of two Lab colours: 1 is just seen side by side, 10 at a glance."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    grey = _grey((math.hypot(a1, b1) + math.hypot(a2, b2)) / 2)
    c1, h1 = math.hypot((1 + grey) * a1, b1), math.degrees(math.atan2(b1, (1 + grey) * a1)) % 360
    c2, h2 = math.hypot((1 + grey) * a2, b2), math.degrees(math.atan2(b2, (1 + grey) * a2)) % 360
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    hue = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2))
    light, chroma, middle = (l1 + l2) / 2, (c1 + c2) / 2, _middle(h1, h2, c1 * c2)
    s_l = 1 + 0.015 * (light - 50) ** 2 / math.sqrt(20 + (light - 50) ** 2)
    s_c, s_h = 1 + 0.045 * chroma, 1 + 0.015 * chroma * _turned(middle)
    bend = -2 * math.sqrt(chroma**7 / (chroma**7 + 25.0**7)) * math.sin(math.radians(_rotation(middle)))
    steps = (l2 - l1) / s_l, (c2 - c1) / s_c, hue / s_h
    return math.sqrt(sum(step * step for step in steps) + bend * steps[1] * steps[2])


def _grey(chroma: float) -> float:
    return 0.5 * (1 - math.sqrt(chroma**7 / (chroma**7 + 25.0**7)))


def _middle(h1: float, h2: float, both: float) -> float:
    if not both or abs(h1 - h2) <= 180:
        return (h1 + h2) / (2 if both else 1)
    return (h1 + h2 + (360 if h1 + h2 < 360 else -360)) / 2


def _turned(hue: float) -> float:
    def wave(share: float, times_hue: float, shift: float) -> float:
        return share * math.cos(math.radians(times_hue * hue + shift))

    return 1 + wave(-0.17, 1, -30) + wave(0.24, 2, 0) + wave(0.32, 3, 6) + wave(-0.20, 4, -63)


def _rotation(hue: float) -> float:
    return 60 * math.exp(-(((hue - 275) / 25) ** 2))
