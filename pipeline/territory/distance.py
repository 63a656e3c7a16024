"""Distances as the crow flies (à vol d'oiseau), and the population that lives near a site."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.errors import TerritoryError

Floats = npt.NDArray[np.float64]
# Mean radius R1 of the GRS 80 ellipsoid (Moritz, Journal of Geodesy 74, 2000). The sphere errs by up to 0.5 %.
EARTH_RADIUS_KM = 6371.0088


@dataclass(frozen=True)
class Coverage:
    """Population living within a distance of at least one site.

    Parameters
    ----------
    population : inhabitants of the places within the distance.
    total : inhabitants of all places.
    within : for each place, whether it is within the distance, shape (places,).
    nearest_km : for each place, the distance to the nearest site (infinite without sites), shape (places,).
    """

    population: float
    total: float
    within: npt.NDArray[np.bool_]
    nearest_km: Floats

    @property
    def share(self) -> float:
        """Share of the inhabitants within the distance."""
        return self.population / self.total


def great_circle_km(lon1: npt.ArrayLike, lat1: npt.ArrayLike, lon2: npt.ArrayLike, lat2: npt.ArrayLike) -> Floats:
    """Return great-circle distances in km between points in degrees; arguments broadcast.

    Source: haversine formula (Sinnott, Sky and Telescope 68(2), 1984, p. 159).
    """
    east1, north1, east2, north2 = (np.radians(np.asarray(x, dtype=float)) for x in (lon1, lat1, lon2, lat2))
    chord = np.sin((north2 - north1) / 2) ** 2
    chord = chord + np.cos(north1) * np.cos(north2) * np.sin((east2 - east1) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(chord, 0, 1))))


def distance_matrix_km(places: pd.DataFrame, sites: pd.DataFrame) -> Floats:
    """Return distances in km from every place (rows) to every site (columns); both frames have lon and lat."""
    east, north = places["lon"].to_numpy(float)[:, None], places["lat"].to_numpy(float)[:, None]
    return great_circle_km(east, north, sites["lon"].to_numpy(float), sites["lat"].to_numpy(float))


def nearest_site(places: pd.DataFrame, sites: pd.DataFrame) -> tuple[Floats, npt.NDArray[np.intp]]:
    """Return for each place the distance in km to its nearest site and that site's position in ``sites``.

    Without any site distances are infinite and positions -1. Sites without coordinates are passed over.
    """
    matrix = distance_matrix_km(places, sites)
    matrix = np.where(np.isnan(matrix), np.inf, matrix)
    if matrix.shape[1] == 0:
        return np.full(len(places), np.inf), np.full(len(places), -1, dtype=np.intp)
    position = matrix.argmin(axis=1)
    nearest = matrix[np.arange(len(places)), position]
    return nearest, np.where(np.isinf(nearest), -1, position)


def population_within(places: pd.DataFrame, sites: pd.DataFrame, km: float) -> Coverage:
    """Return the population of places within ``km`` (strictly less, as « à moins de 20 km ») of at least one site.

    Parameters
    ----------
    places : lon, lat (degrees), population; communes count as wholly at their centroid.
    sites : lon, lat of the sites open at the date of interest.
    km : distance as the crow flies.

    Raises
    ------
    TerritoryError
        If a place has no coordinates: it would count as far from every site.
    """
    lost = places.index[places[["lon", "lat"]].isna().any(axis=1)]
    if len(lost):
        named = places.loc[lost, "code"] if "code" in places else lost
        raise TerritoryError(
            f"{len(lost)} place(s) without coordinates cannot be near or far from a site",
            found=[str(name) for name in named[:10]],
            action="give them coordinates, or leave them out and say so",
        )
    nearest, _ = nearest_site(places, sites)
    within = nearest < km
    people = places["population"].to_numpy(float)
    return Coverage(float(people[within].sum()), float(people.sum()), within, nearest)
