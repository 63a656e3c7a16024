"""Outlines fit together, hold the communes they stand for, and stay small."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import shape

from pipeline.errors import TerritoryError
from pipeline.territory import great_circle_km, load_communes, load_outlines, load_units, projection_of

ROOT = Path(__file__).resolve().parents[2]
REGION = "53"
FOLDER = ROOT / "data" / "reference" / REGION
FILES = ["department", "epci", "pays_2018", "pays_2023", "region"]
# Square degrees: float noise of a union, some square millimetres on the ground.
NO_AREA = 1e-12


def _geometries(name: str) -> dict[str, shapely.Geometry]:
    features = json.loads((FOLDER / f"{name}.geojson").read_text(encoding="utf-8"))["features"]
    return {feature["properties"]["code"]: shape(feature["geometry"]) for feature in features}


def test_all_outlines_together_weigh_less_than_400_kb() -> None:
    assert sum(path.stat().st_size for path in FOLDER.glob("*.geojson")) < 400_000


@pytest.mark.parametrize("name", FILES)
def test_neighbours_share_their_border_without_gap_or_overlap(name: str) -> None:
    units = list(_geometries(name).values())
    union = shapely.union_all(units)
    assert shapely.is_valid(units).all()
    assert shapely.coverage_is_valid(units)
    assert abs(union.area - sum(unit.area for unit in units)) < NO_AREA
    assert shapely.get_num_interior_rings(shapely.get_parts(union)).sum() == 0


@pytest.mark.parametrize("name", ["epci", "pays_2018", "pays_2023", "department"])
def test_no_level_reaches_outside_the_region(name: str) -> None:
    outside = shapely.union_all(list(_geometries(name).values())).difference(_geometries("region")[REGION])
    assert outside.area < NO_AREA


@pytest.mark.parametrize(
    ("level", "vintage"), [("pays", 2018), ("pays", 2023), ("epci", None), ("department", None), ("region", None)]
)
def test_every_unit_has_an_outline_that_holds_its_label(level: str, vintage: int | None) -> None:
    outlines = load_outlines(ROOT, REGION, level, vintage)
    codes = set(load_units(ROOT, REGION, level, vintage)["code"])
    assert set(outlines.polygons["code"]) == set(outlines.labels["code"]) == codes
    main = outlines.polygons[outlines.polygons["piece"] == 0]
    for label in outlines.labels.itertuples():
        ring = main.loc[main["code"] == label.code, ["x", "y"]].to_numpy()
        assert shapely.Polygon(ring).contains(shapely.Point(label.x, label.y))


@pytest.mark.parametrize(("level", "vintage"), [("pays", 2018), ("pays", 2023), ("department", None)])
def test_communes_lie_in_the_outline_of_their_unit(level: str, vintage: int | None) -> None:
    communes = load_communes(ROOT, REGION, vintage).dropna(subset=[level])
    units = _geometries(f"pays_{vintage}" if level == "pays" else level)
    points = shapely.points(communes[["lon", "lat"]].to_numpy())
    home = np.array([units[code] for code in communes[level]])
    # Outlines are simplified by some hundred metres, and centroids of archipelagos fall in the sea: 0.02 degrees.
    assert (shapely.distance(points, home) < 0.02).all()
    assert (shapely.distance(points, home) == 0).mean() > 0.98


def test_projection_keeps_areas_and_short_distances() -> None:
    projection = projection_of(ROOT, REGION)
    outlines = load_outlines(ROOT, REGION, "department")
    rings = outlines.polygons.groupby("group")[["x", "y"]].apply(lambda ring: shapely.Polygon(ring.to_numpy()).area)
    # Brittany is 27,208 km² (Insee); the sphere errs by 0.5 %, islets and simplification by less than 1 %.
    assert rings.sum() == pytest.approx(27_208, rel=0.015)
    x, y = projection.km([-4.486, -1.678], [48.390, 48.117])
    assert np.hypot(x[0] - x[1], y[0] - y[1]) == pytest.approx(
        float(great_circle_km(-4.486, 48.390, -1.678, 48.117)), rel=1e-3
    )
    assert projection.km(projection.lon, projection.lat) == (0, 0)


def test_rings_are_closed_and_drawn_largest_first() -> None:
    polygons = load_outlines(ROOT, REGION, "pays", 2023).polygons
    ends = polygons.groupby("group")[["x", "y"]].agg(["first", "last"])
    for axis in ("x", "y"):
        pd.testing.assert_series_equal(ends[axis]["first"], ends[axis]["last"], check_names=False)
    areas = polygons.groupby("group")[["x", "y"]].apply(lambda ring: shapely.Polygon(ring.to_numpy()).area)
    assert (np.diff(areas) <= 0).all()
    assert polygons["group"].is_monotonic_increasing


def test_the_two_vintages_of_pays_differ_in_cornouaille_and_lorient_only() -> None:
    before, after = _geometries("pays_2018"), _geometries("pays_2023")
    assert {code for code in before if not before[code].equals(after[code])} == {"07", "11"}
    assert before["07"].area > after["07"].area


def test_level_without_outlines_is_refused_with_those_held() -> None:
    with pytest.raises(TerritoryError, match=r"(?s)level commune.*department, epci, pays_2018, pays_2023, region"):
        load_outlines(ROOT, REGION, "commune")
