"""A prepared geometry that threads share."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import shapely

from layers.prepared import Prepared

TOGETHER = """
import sys, threading
import numpy as np, shapely
from layers.prepared import Prepared

angles = np.linspace(0, 2 * np.pi, 20_000)
ring = np.stack([np.cos(angles), np.sin(angles)], axis=1) * (1 + 0.1 * np.sin(997 * angles))[:, None]
rng = np.random.default_rng(1)
cells = shapely.box(*rng.uniform(-1, 0, (2, 300)), *rng.uniform(0, 1, (2, 300)))
sys.setswitchinterval(1e-6)
for _ in range(60):
    star, gate = Prepared(shapely.polygons(ring)), threading.Barrier(4)
    hands = [threading.Thread(target=lambda: (gate.wait(), star.touches(cells))) for _ in range(4)]
    [one.start() for one in hands]
    [one.join() for one in hands]
"""


def test_threads_that_are_first_together_do_not_end_the_process() -> None:
    done = subprocess.run([sys.executable, "-c", TOGETHER], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]


def test_what_lies_on_the_border_is_covered_and_touched() -> None:
    square = Prepared(shapely.box(0, 0, 1, 1))
    assert square.covers(np.array([0.5, 1.0, 1.1]), np.array([0.5, 0.5, 0.5])).tolist() == [True, True, False]
    assert square.touches(np.array([shapely.box(1, 1, 2, 2), shapely.box(2, 2, 3, 3)])).tolist() == [True, False]
