"""Communes, EPCI, pays, distances and map shapes, read from the tables of data/reference.

Only evaluations whose territory is an official level need them: an evaluation of level ``area`` names its areas in its
own instrument and calls nothing here.
"""

from pipeline.territory.assign import assign_unit, assign_units
from pipeline.territory.calendar import days_of, month_calendar, open_days, public_holidays, school_holidays
from pipeline.territory.distance import (
    Coverage,
    distance_matrix_km,
    great_circle_km,
    nearest_site,
    population_within,
)
from pipeline.territory.perimeter import Perimeter, Place, code_of
from pipeline.territory.population import (
    age_bands,
    age_margins,
    population_by_unit,
    population_vintage,
    region_population,
    year_held,
    year_of_region,
    years_held,
)
from pipeline.territory.reference import LEVELS, boundaries, communes_of_france, has_pays, load_communes, load_units
from pipeline.territory.resolve import current_commune
from pipeline.territory.shapes import Outlines, Projection, load_outlines, projection_of

__all__ = [
    "LEVELS",
    "Coverage",
    "Outlines",
    "Perimeter",
    "Place",
    "Projection",
    "age_bands",
    "age_margins",
    "assign_unit",
    "assign_units",
    "boundaries",
    "code_of",
    "communes_of_france",
    "current_commune",
    "days_of",
    "distance_matrix_km",
    "great_circle_km",
    "has_pays",
    "load_communes",
    "load_outlines",
    "load_units",
    "month_calendar",
    "nearest_site",
    "open_days",
    "population_by_unit",
    "population_vintage",
    "population_within",
    "projection_of",
    "public_holidays",
    "region_population",
    "school_holidays",
    "year_held",
    "year_of_region",
    "years_held",
]
