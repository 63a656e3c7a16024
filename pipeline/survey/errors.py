"""Named errors of the survey package; the stages of the pipeline wrap them in their own."""

from __future__ import annotations

from collections.abc import Iterable


class SurveyError(Exception):
    """Base of every error that design-based estimation raises."""


class DesignError(SurveyError):
    """The declared design contradicts itself or the data."""


class PopulationSizeError(DesignError):
    """A finite population correction is missing, impossible or only half declared."""


class LonelyPsuError(DesignError):
    """A stratum has a single primary sampling unit and the design says to fail."""


class VariableError(SurveyError):
    """A column is missing, has the wrong type or holds values that the estimator cannot use."""


class EmptyDomainError(SurveyError):
    """A domain or a mask selects no row with a positive weight."""


class MarginError(SurveyError):
    """A population margin does not fit the data: unknown, empty or conflicting categories."""


class ConvergenceError(SurveyError):
    """Calibration or an iterative fit did not converge; the message says what was furthest off."""


class SeparationError(ConvergenceError):
    """The outcome is predicted perfectly along some terms, so that no finite coefficients fit best."""


class RankDeficiencyError(SurveyError):
    """Columns of a design matrix are linear combinations of others, so that coefficients are not defined."""


class UnsupportedError(SurveyError):
    """The request has no defined answer for this design; nothing is computed in its place."""


def listed(values: Iterable[object], limit: int = 8) -> str:
    """Return values in one line for a message, cut after `limit` of them."""
    shown = [str(value) for value in values]
    rest = len(shown) - limit
    return ", ".join(shown[:limit]) + (f" and {rest} more" if rest > 0 else "")
