"""A survey design: the sample, how it was drawn, how its weights were adjusted, and what is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.survey import chi_square, glm, multinomial, ordinal, rank_test, t_test, trend
from pipeline.survey.adjustments import Adjustments
from pipeline.survey.chi_square import ChiSquare
from pipeline.survey.estimates import Estimates
from pipeline.survey.glm import Glm
from pipeline.survey.multinomial import Multinomial
from pipeline.survey.ordinal import Ordinal
from pipeline.survey.rank_test import RankTest
from pipeline.survey.t_test import TTest
from pipeline.survey.trend import Trend


class Design(Estimates, Adjustments):
    """A sample with its design; every method returns a table or a new design and changes nothing.

    Parameters
    ----------
    frame : n rows, one a respondent or record. Nonrespondents and out-of-scope rows may stay with weight 0.
    weights : column of design weights; None to take them from population_sizes.
    strata : column of the first-stage strata, or a list with one column (or None) a stage.
    clusters : columns of the sampling units, first stage first; None when rows were drawn directly.
    population_sizes : columns with the units in the population of each stratum (or sampling fractions), one a
        stage, None for a stage drawn with replacement. Without it sampling is taken as with replacement.
    nested : labels of first-stage units may start again in every stratum. False checks that they do not.
    lonely_psu : what a stratum with one unit does: fail, remove, certainty, adjust or average.
    waves : column that tells apart samples of the same list of units stacked in one frame. Each wave then
        has its own sample and population sizes, and units common to waves carry covariance (see `taylor`).
        Without it the whole frame is one sample.
    shared_units : a label of a unit that comes again in another wave is the same unit. False: samples were drawn apart
        (each wave with its own strata and units, as R's svydesign(strata = ~interaction(wave, stratum), nest = TRUE)).
    lonely_domains : adjust and average also where a domain reaches one unit of a stratum (see `lonely`).

    Raises
    ------
    DesignError, PopulationSizeError, VariableError
    """

    # --- tests -------------------------------------------------------------------------------------

    def chi_square(self, a: str, b: str, statistic: str = "F", where: Any = None) -> ChiSquare:
        """Test the independence of two categorical columns; see `chi_square.chi_square`."""
        return chi_square.chi_square(self, a, b, statistic, where)

    def t_test(
        self,
        variable: str,
        by: str | None = None,
        paired: str | None = None,
        null: float = 0.0,
        where: Any = None,
        level: float = 0.95,
    ) -> TTest:
        """Test a mean, a difference of two groups or of two columns; see `t_test.t_test`."""
        return t_test.t_test(self, variable, by, paired, null, where, level)

    def rank_test(self, variable: str, by: str, test: str = "kruskal_wallis", where: Any = None) -> RankTest:
        """Compare ranks between groups; see `rank_test.rank_test`."""
        return rank_test.rank_test(self, variable, by, test, where)

    def trend(
        self,
        outcome: str,
        by: str,
        category: Any = None,
        scores: Mapping[Any, float] | None = None,
        where: Any = None,
    ) -> Trend:
        """Test a linear trend of a share over ordered groups; see `trend.trend`."""
        return trend.trend(self, outcome, by, category, scores, where)

    # --- models ------------------------------------------------------------------------------------

    def glm(
        self,
        formula: str,
        family: str = "gaussian",
        link: str | None = None,
        offset: Any = None,
        theta: float | None = None,
        where: Any = None,
        level: float = 0.95,
    ) -> Glm:
        """Fit a generalised linear model with design-based variance; see `glm.glm`."""
        return glm.glm(self, formula, family, link, offset, theta, where, level)

    def ordinal(
        self, formula: str, link: str = "logit", offset: Any = None, where: Any = None, level: float = 0.95
    ) -> Ordinal:
        """Fit a cumulative link model; see `ordinal.ordinal`."""
        return ordinal.ordinal(self, formula, link, offset, where, level)

    def multinomial(self, formula: str, reference: Any = None, where: Any = None, level: float = 0.95) -> Multinomial:
        """Fit a multinomial logit; see `multinomial.multinomial`."""
        return multinomial.multinomial(self, formula, reference, where, level)
