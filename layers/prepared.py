"""A prepared geometry that threads may share. Pure.

GEOS builds the indexes of a prepared geometry at its first use, without a lock (its pull request 826 is open), and
shapely lets go of the interpreter's lock meanwhile: two threads that are first together end the process.
"""

from __future__ import annotations

from threading import Lock

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry


class Prepared:
    """A geometry that is asked often; one asks at a time."""

    def __init__(self, shape: BaseGeometry) -> None:
        shapely.prepare(shape)
        self._shape, self._alone = shape, Lock()

    def touches(self, others: NDArray[np.object_]) -> NDArray[np.bool_]:
        """Whether it shares a point with each of these geometries."""
        with self._alone:
            return np.asarray(shapely.intersects(self._shape, others))

    def covers(self, lons: NDArray[np.float64], lats: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether each of these places (degrees) lies in it or on its border."""
        with self._alone:
            return np.asarray(shapely.intersects_xy(self._shape, lons, lats))
