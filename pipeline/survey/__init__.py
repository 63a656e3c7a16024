"""Design-based inference for survey samples, equal to R's `survey` where both have the method."""

from pipeline.survey.design import Design
from pipeline.survey.errors import (
    ConvergenceError,
    DesignError,
    EmptyDomainError,
    LonelyPsuError,
    MarginError,
    PopulationSizeError,
    RankDeficiencyError,
    SeparationError,
    SurveyError,
    UnsupportedError,
    VariableError,
)
from pipeline.survey.replicate_design import ReplicateDesign, supplied_replicates
from pipeline.survey.replicates import replicates_needed

__all__ = [
    "ConvergenceError",
    "Design",
    "DesignError",
    "EmptyDomainError",
    "LonelyPsuError",
    "MarginError",
    "PopulationSizeError",
    "RankDeficiencyError",
    "ReplicateDesign",
    "SeparationError",
    "SurveyError",
    "UnsupportedError",
    "VariableError",
    "replicates_needed",
    "supplied_replicates",
]
