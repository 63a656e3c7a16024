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
from pipeline.survey.imputation import combine_imputations, over_imputations
from pipeline.survey.replicate_design import ReplicateDesign, supplied_replicates
from pipeline.survey.replicates import replicates_needed
from pipeline.survey.response_rates import response_rates

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
    "combine_imputations",
    "over_imputations",
    "replicates_needed",
    "response_rates",
    "supplied_replicates",
]
