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
from pipeline.territory.perimeter import Place, single
from pipeline.territory.reference import (
    FRANCE,
    check_level,
    load_communes,
    needed_vintage,
    reference_folder,
    vintage_name,
)

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


def projection_of(root: Path, place: Place) -> Projection:
    """Return the projection shared by all maps of a place: around the middle of its outline."""
    return _projection(_whole(root, place))


def _projection(features: list[dict]) -> Projection:
    rings = [ring for _, ring in _outer_rings(features)]
    points = np.concatenate(rings)
    lon, lat = np.round((points.min(axis=0) + points.max(axis=0)) / 2, 1)
    return Projection(float(lon), float(lat))


def load_outlines(root: Path, place: Place, level: str, vintage: int | str | None = None) -> Outlines:
    """Return the outlines of the units of a level; those of a perimeter's own units are the outlines of their communes.

    Parameters
    ----------
    root, place : project root, INSEE code of a region or perimeter.
    level : any level of `LEVELS`.
    vintage : year of the pays boundaries, needed for pays.

    Raises
    ------
    TerritoryError
        If no outlines are held for the level or the vintage.
    """
    check_level(level)
    needed_vintage(level, vintage)
    whole = _whole(root, place)
    features = whole if level == "region" else _of_level(root, place, level, vintage)
    projection = _projection(whole)
    polygons = _polygons(features, projection)
    labels = pd.DataFrame([feature["properties"] for feature in features])
    x, y = projection.km(labels["label_lon"], labels["label_lat"])
    points = pd.DataFrame({"code": labels["code"], "x": x, "y": y}).groupby("code", sort=False).mean().reset_index()
    return Outlines(polygons, points, projection)


def _whole(root: Path, place: Place) -> list[dict]:
    """Return the outline of the whole; that of a perimeter is the outlines of its communes or of its finest units."""
    if isinstance(place, str):
        return _features(root, place, "region")
    if place.regions and not (place.departments or place.epci or place.communes or place.pays):
        folder = reference_folder(root, place)
        if (folder / "region.geojson").is_file():
            return _features(root, place, "region")
    one = single(place)
    if one is not None and one[0] in ("pays", "epci", "department"):
        try:
            return _of_level(root, place, one[0], place.vintage)
        except TerritoryError:
            pass
    return _of_level(root, place, "commune", place.vintage)


def _of_level(root: Path, place: Place, level: str, vintage: int | str | None) -> list[dict]:
    """Return the outlines of the units of a level that lie in the place."""
    folder = reference_folder(root, place)
    name = f"pays_{vintage_name(root, place, vintage)}" if level == "pays" and vintage is not None else level
    if isinstance(place, str) and folder.name != FRANCE:
        return _features(root, place, name)
    communes = load_communes(root, place, needed_vintage(level, vintage))
    if (folder / f"{name}.geojson").is_file():
        kept = set(communes[level].dropna())
        return [f for f in _features(root, place, name) if f["properties"]["code"] in kept]
    unit = communes.set_index("code")["code" if level == "commune" else level] if level in communes else None
    return _of_communes(root, communes, communes.set_index("code").index.to_series() if unit is None else unit)


def _of_communes(root: Path, communes: pd.DataFrame, unit: pd.Series) -> list[dict]:
    """Return the outlines of communes under the code of the unit that each lies in."""
    base = Path(root) / "data" / "reference" / FRANCE
    found: list[dict] = []
    for department in sorted(communes["department"].unique()):
        path = base / f"communes-{department}.geojson"
        if not path.is_file():
            raise TerritoryError(
                f"no outlines of communes are held for department {department}",
                where=f"data/reference/{FRANCE}",
                found=path.name,
                allowed=sorted(p.name for p in base.glob("*.geojson")),
                action="data/reference/france.py writes them (--outlines); without them there is no map",
            )
        found += json.loads(path.read_text(encoding="utf-8"))["features"]
    codes = unit.dropna().to_dict()
    kept = [f for f in found if f["properties"]["code"] in codes]
    return [{**f, "properties": {**f["properties"], "code": codes[f["properties"]["code"]]}} for f in kept]


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


def _features(root: Path, place: Place, name: str) -> list[dict]:
    path = reference_folder(root, place) / f"{name}.geojson"
    if not path.is_file():
        raise TerritoryError(
            f"no outlines of level {name} are held",
            where=f"data/reference/{path.parent.name}",
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
