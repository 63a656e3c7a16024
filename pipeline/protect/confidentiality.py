"""Primary confidentiality: whose answers or activity a number would show.

Five kinds of number, five rules:

- Answers of persons (samples, and exhaustive counts of users): a number resting on fewer unweighted respondents than
  ``minimum_contributors`` is masked. The contributors of a share are those who gave the answer, as in the cell of a
  cross-table; an answer that nobody gave is about nobody and is left to the precision rules.
- Activity counted in spaces (exhaustive counts of visits, costs, hours, records that places keep of themselves): the
  contributors are spaces, which are public bodies often run by one person. The rule of French statistical
  confidentiality for establishments applies: at least ``minimum_units`` spaces, none with more than ``dominance`` of
  the total (Insee, Guide du secret statistique). So it does to totals that a model completes or forecasts, whose
  contributors are given as spaces.
- Records of what happens to persons (exhaustive counts of ``events``): the contributors are the persons, at least
  ``minimum_contributors`` of them, none with more than ``dominance`` of the total.
- How many persons or bodies a list holds (exhaustive counts ``listed`` of actors): nothing that anybody answered, but
  no cell points at one or two of them, so at least ``minimum_units``.
- Facts of a public register, official populations, indicators that the programme itself enters and accounts of
  records received: public, no rule.

A number about one named space is never published unless it comes from the register.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.errors import ProtectError
from pipeline.protect.precision import Verdict
from pipeline.results import DECLARED, population

#: Populations whose exhaustive counts are public facts.
PUBLIC = population.protecting("nothing")
#: Populations counted in spaces: what happens in them, what is spent on them. Trainees are persons.
ACTIVITY = population.protecting("spaces")
#: What is recorded of persons, one by one: loans, requests, sessions. Their contributors are these persons.
EVENTS = tuple(each.name for each in population.DECLARED if each.recorded and each.protects == "persons")
#: What is recorded one by one, and told by periods of several lengths.
RECORDED = tuple(each.name for each in population.DECLARED if each.recorded)
#: Persons or bodies on a list: each is one of its counts.
LISTED = ("actors",)
SPACE_LEVELS = ("space", "site")


@dataclass(frozen=True)
class Thresholds:
    """Thresholds of primary confidentiality, the first two from the evaluation's ``disclosure``."""

    minimum_contributors: int = 11
    dominance: float = 0.85
    minimum_units: int = 3
    minimum_complement: int = 3
    protection: float = 0.10


def mask(table: pd.DataFrame, thresholds: Thresholds, verdict: Verdict) -> None:
    """Suppress, in place, every row that primary confidentiality forbids.

    Raises
    ------
    ProtectError
        When a row that needs contributors has none: it could not be judged.
    """
    census = (table["inference"] == "census").to_numpy()
    public = census & table["population"].isin(PUBLIC).to_numpy()
    activity = table["population"].isin(ACTIVITY).to_numpy() & (census | _modelled(table))
    listed = census & counts_a_list(table)
    differences = (table["unit"] == "point").to_numpy()
    given = table["contributors"].to_numpy(np.float64)
    contributors = np.where(np.isnan(given) & ~activity, table["n"].to_numpy(np.float64), given)
    answers = ~public & ~activity & ~listed
    estimated = table["estimate"].notna().to_numpy()
    blind = np.flatnonzero((answers | activity | listed) & ~differences & estimated & np.isnan(contributors))
    if len(blind):
        raise ProtectError(
            "a number without contributors cannot be judged",
            where=table["result_id"].iloc[blind[0]],
            found=f"{len(blind)} rows without n and contributors",
            action="fill contributors in the analysis that writes the row",
        )
    named = table["territory_level"].isin(SPACE_LEVELS).to_numpy()
    verdict.suppress(named & ~public, "c_space")
    few = answers & (contributors > 0) & (contributors < thresholds.minimum_contributors)
    verdict.suppress(few, "c")
    left = table["n"].to_numpy(np.float64) - contributors
    verdict.suppress(_counted(table) & (left > 0) & (left < thresholds.minimum_complement), "c")
    verdict.suppress((activity | listed) & (contributors > 0) & (contributors < thresholds.minimum_units), "c")
    largest = table["largest_share"].to_numpy(np.float64)
    verdict.suppress(~public & (largest > thresholds.dominance), "c_dominance")


def counts_a_list(table: pd.DataFrame) -> NDArray[np.bool_]:
    """Return the rows whose measure counts persons or bodies on a list (rows,)."""
    return np.array([m.listed for m in table[DECLARED]], dtype=bool) & table["population"].isin(LISTED).to_numpy()


def _counted(table: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which rows are plain shares of the persons who answered: who did not give the answer is counted too."""
    sampled = table["inference"].isin(["sample", "nonprobability"])
    plain = table["quantity"].str.startswith("share{") & ~table["quantity"].str.contains("=#", regex=False)
    return (sampled & plain & (table["unit"] == "share")).to_numpy(dtype=bool)


def _modelled(table: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which rows are model-based numbers about spaces, told by their contributors."""
    return ((table["inference"] == "model") & table["contributors"].notna()).to_numpy(dtype=bool)
