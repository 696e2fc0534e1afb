"""What it takes to load a city's grid and drawings: python -m tests.bench.city_load [CITY] [FOLDER OF CITIES].

The budget is 2 s of CPU for a city of some 13,000 cells (Harbin's 18 districts have 13,228).
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import process_time

from config.read import read_city
from config.settings import CITIES
from layers.geometry import load_city

BUDGET = 2.0  # seconds of CPU


def main(id: str, folder: Path) -> None:
    profile = read_city(id, folder)
    begun = process_time()
    city = load_city(profile, folder)
    spent = process_time() - begun
    size = f"{len(city.grid):,} cells, {len(city.districts)} districts"
    sys.stdout.write(f"{id}: {size}, {spent:.2f} s of CPU, {spent / BUDGET:.2f} of the budget\n")


if __name__ == "__main__":
    main(*(sys.argv[1:2] or ["xining"]), Path(*(sys.argv[2:3] or [CITIES])))
