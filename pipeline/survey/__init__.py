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

__all__ = [
    "ConvergenceError",
    "Design",
    "DesignError",
    "EmptyDomainError",
    "LonelyPsuError",
    "MarginError",
    "PopulationSizeError",
    "RankDeficiencyError",
    "SeparationError",
    "SurveyError",
    "UnsupportedError",
    "VariableError",
]
