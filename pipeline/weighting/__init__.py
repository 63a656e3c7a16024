"""From clean tables to weighted designs (stage 2): visits and persons, never mixed."""

from pipeline.weighting.handover import MET, WeightedSource, designs, one_wave, replay
from pipeline.weighting.margins import FieldMonth, field_month
from pipeline.weighting.recipe import Prepared, prepare
from pipeline.weighting.stage import calibration_months, weight

__all__ = [
    "MET",
    "FieldMonth",
    "Prepared",
    "WeightedSource",
    "calibration_months",
    "designs",
    "field_month",
    "one_wave",
    "prepare",
    "replay",
    "weight",
]
