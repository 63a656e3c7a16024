"""Outlines of territories as a long table that plotnine's polygons draw, in an equal-area projection."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.errors import TerritoryError
from pipeline.territory.distance import EARTH_RADIUS_KM
from pipeline.territory.reference import check_level, needed_vintage, reference_folder, vintage_name

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Projection:
    """Lambert azimuthal equal-area projection of the sphere around (lon, lat), in degrees."""

    lon: float
    lat: float

    def km(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Return x (east) and y (north) in km from the centre.

        Source: Snyder, Map Projections: A Working Manual, USGS 1395 (1987), equations 22-4, 22-5 and 24-2,
        p. 185.
        """
        east = np.radians(np.asarray(lon, dtype=float) - self.lon)
        north, north0 = np.radians(np.asarray(lat, dtype=float)), np.radians(self.lat)
        cosine = np.sin(north0) * np.sin(north) + np.cos(north0) * np.cos(north) * np.cos(east)
        scale = EARTH_RADIUS_KM * np.sqrt(2 / (1 + cosine))
        y = np.cos(north0) * np.sin(north) - np.sin(north0) * np.cos(north) * np.cos(east)
        return np.asarray(scale * np.cos(north) * np.sin(east)), np.asarray(scale * y)


@dataclass(frozen=True)
class Outlines:
    """Outlines of one level, projected in km.

    Parameters
    ----------
    polygons : code, piece (number of the land within its unit, largest first), group (one number a land:
    the larger the area
        the smaller the number, so that an enclave is drawn over what surrounds it), x, y; rows in drawing
        order.
    labels : code, x, y of a point well inside the largest land of each unit.
    projection : to place other points (sites) on the same map.
    """

    polygons: pd.DataFrame
    labels: pd.DataFrame
    projection: Projection


def projection_of(root: Path, region: str) -> Projection:
    """Return the projection shared by all maps of a region: around the middle of its outline."""
    rings = [ring for _, ring in _outer_rings(_features(root, region, "region"))]
    points = np.concatenate(rings)
    lon, lat = np.round((points.min(axis=0) + points.max(axis=0)) / 2, 1)
    return Projection(float(lon), float(lat))


def load_outlines(root: Path, region: str, level: str, vintage: int | str | None = None) -> Outlines:
    """Return the outlines of the units of a level.

    Parameters
    ----------
    root, region : project root, INSEE code of the region.
    level : pays, epci, department or region.
    vintage : year of the pays boundaries, needed for pays.

    Raises
    ------
    TerritoryError
        If no outlines are held for the level (communes are not) or the vintage.
    """
    check_level(level)
    needed_vintage(level, vintage)
    name = level if level != "pays" or vintage is None else f"pays_{vintage_name(root, region, vintage)}"
    features = _features(root, region, name)
    projection = projection_of(root, region)
    polygons = _polygons(features, projection)
    labels = pd.DataFrame([feature["properties"] for feature in features])
    x, y = projection.km(labels["label_lon"], labels["label_lat"])
    return Outlines(polygons, pd.DataFrame({"code": labels["code"], "x": x, "y": y}), projection)


def _polygons(features: list[dict], projection: Projection) -> pd.DataFrame:
    lands = []
    for code, ring in _outer_rings(features):
        x, y = projection.km(ring[:, 0], ring[:, 1])
        lands.append((_area(x, y), code, x, y))
    lands.sort(key=lambda land: (-land[0], land[1]))
    seen: dict[str, int] = {}
    frames = []
    for group, (_, code, x, y) in enumerate(lands):
        piece = seen[code] = seen.get(code, -1) + 1
        frames.append(pd.DataFrame({"code": code, "piece": piece, "group": group, "x": x, "y": y}))
    return pd.concat(frames, ignore_index=True)


def _features(root: Path, region: str, name: str) -> list[dict]:
    path = reference_folder(root, region) / f"{name}.geojson"
    if not path.is_file():
        raise TerritoryError(
            f"no outlines of level {name} are held",
            where=f"data/reference/{region}",
            found=name,
            allowed=sorted(p.stem for p in path.parent.glob("*.geojson")),
            action="draw the map at one of these levels",
        )
    return json.loads(path.read_text(encoding="utf-8"))["features"]


def _outer_rings(features: list[dict]) -> list[tuple[str, Floats]]:
    rings = []
    for feature in features:
        shape = feature["geometry"]
        lands = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        rings += [(feature["properties"]["code"], np.asarray(land[0], dtype=float)) for land in lands]
    return rings


def _area(x: Floats, y: Floats) -> float:
    return float(abs(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])) / 2)
