"""Distances as the crow flies and the population near sites."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import TerritoryError
from pipeline.territory import distance_matrix_km, great_circle_km, load_communes, nearest_site, population_within

ROOT = Path(__file__).resolve().parents[2]


def _frame(*rows: tuple[float, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["lon", "lat", "population"])


def test_a_degree_of_meridian_and_of_equator_have_the_length_of_the_sphere() -> None:
    degree = 2 * np.pi * 6371.0088 / 360
    assert great_circle_km(0, 10, 0, 11) == pytest.approx(degree, rel=1e-12)
    assert great_circle_km(5, 0, 6, 0) == pytest.approx(degree, rel=1e-12)
    assert great_circle_km(0, 0, 180, 0) == pytest.approx(180 * degree, rel=1e-12)


def test_brest_to_rennes_is_the_known_distance() -> None:
    # 210.70 km by Vincenty's inverse formula on the GRS 80 ellipsoid; a sphere errs by up to 0.5 %.
    assert great_circle_km(-4.486, 48.390, -1.678, 48.117) == pytest.approx(210.70, rel=0.005)


def test_distance_of_a_point_to_itself_is_zero_and_symmetric_elsewhere() -> None:
    communes = load_communes(ROOT, "53").iloc[::40]
    matrix = distance_matrix_km(communes, communes)
    assert np.array_equal(matrix, matrix.T)
    assert np.all(np.diag(matrix) == 0)


def test_population_within_counts_places_strictly_nearer_than_the_limit() -> None:
    degree = 2 * np.pi * 6371.0088 / 360
    places = _frame((0, 0, 100), (0, 0.1, 10), (0, 0.3, 1))
    sites = pd.DataFrame({"lon": [0.0], "lat": [0.0]})
    assert population_within(places, sites, 0.2 * degree).population == 110
    limit = float(great_circle_km(0, 0, 0, 0.3))
    covered = population_within(places, sites, limit)
    assert covered.within.tolist() == [True, True, False]
    assert covered.share == pytest.approx(110 / 111)


def test_nearest_site_is_the_smallest_of_all_distances() -> None:
    communes = load_communes(ROOT, "53")
    sites = communes.iloc[5::57]
    km, position = nearest_site(communes, sites)
    matrix = distance_matrix_km(communes, sites)
    assert np.array_equal(km, matrix.min(axis=1))
    assert km[5] == 0
    assert position[5] == 0


def test_without_sites_nobody_is_near_one() -> None:
    communes = load_communes(ROOT, "53")
    covered = population_within(communes, communes.iloc[:0], 20)
    assert covered.population == 0
    assert covered.total == 3_449_370
    assert np.isinf(covered.nearest_km).all()
    assert (nearest_site(communes, communes.iloc[:0])[1] == -1).all()


def test_places_without_coordinates_are_refused_rather_than_counted_as_far() -> None:
    places = _frame((0, 0, 100), (np.nan, np.nan, 10)).assign(code=["A", "B"])
    with pytest.raises(TerritoryError, match=r"(?s)1 place.*found: B"):
        population_within(places, places.iloc[:1], 20)


def test_sites_without_coordinates_are_passed_over() -> None:
    places = _frame((0, 0, 100))
    sites = pd.DataFrame({"lon": [np.nan, 0.1], "lat": [0.0, 0.0]})
    km, position = nearest_site(places, sites)
    assert position.tolist() == [1]
    assert km[0] == pytest.approx(11.12, abs=0.01)
    assert nearest_site(places, sites.iloc[:1])[1].tolist() == [-1]
