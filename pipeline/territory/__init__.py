"""Communes, EPCI, pays, distances and map shapes, read from the tables of data/reference/<region>.

Only evaluations whose territory is an official level need them: an evaluation of level ``area`` names its areas in its
own instrument and calls nothing here.
"""

from pipeline.territory.assign import assign_unit
from pipeline.territory.calendar import days_of, month_calendar, open_days, public_holidays, school_holidays
from pipeline.territory.distance import (
    Coverage,
    distance_matrix_km,
    great_circle_km,
    nearest_site,
    population_within,
)
from pipeline.territory.population import (
    ALLOCATION_NOTE_FR,
    age_bands,
    age_margins,
    population_by_unit,
    region_population,
)
from pipeline.territory.reference import LEVELS, boundaries, load_communes, load_units
from pipeline.territory.resolve import current_commune
from pipeline.territory.shapes import Outlines, Projection, load_outlines, projection_of

__all__ = [
    "ALLOCATION_NOTE_FR",
    "LEVELS",
    "Coverage",
    "Outlines",
    "Projection",
    "age_bands",
    "age_margins",
    "assign_unit",
    "boundaries",
    "current_commune",
    "days_of",
    "distance_matrix_km",
    "great_circle_km",
    "load_communes",
    "load_outlines",
    "load_units",
    "month_calendar",
    "nearest_site",
    "open_days",
    "population_by_unit",
    "population_within",
    "projection_of",
    "public_holidays",
    "region_population",
    "school_holidays",
]
