"""Design-based estimates as results: levels, shifts between waves, gaps of a part with the rest of the region.

Every function asks the design for all domains at once. Domains of the plan that nobody answered in are
written too, without an estimate, so that a sheet can say so instead of having a hole.
"""

from __future__ import annotations

import copy
import dataclasses
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.errors import AnalyseError
from pipeline.evaluation import Source
from pipeline.questions.context import Context
from pipeline.questions.entry import Entry
from pipeline.questions.outcomes import EVERYBODY, Outcome
from pipeline.questions.unanimous import with_limits
from pipeline.results import Result
from pipeline.results.quantity import Codes, Quantity, Where, difference, keys
from pipeline.results.time import ends, from_to, last_of
from pipeline.survey import Design
from pipeline.survey.domains import Domains, domains_of, outcomes_of
from pipeline.survey.intervals import effective_size, proportion_interval, t_quantile
from pipeline.survey.linearised import validity

LEVEL = 0.95
_ROUNDING = 1e-9
#: Answers that are estimated together, respondents times outcomes.
VALUES = 3_000_000
SHIFT = {"share": "shift", "mean": "mean_shift", "score": "score_shift"}
GAP = {"share": "gap", "mean": "mean_gap", "score": "score_gap"}
_NUMBERS = ["estimate", "se", "lower", "upper", "df", "n", "n_effective", "deff", "contributors", "mass", "p_value"]
#: What is said of the precision of an estimate.
_ERRORS = ("se", "lower", "upper", "n_effective", "deff", "p_value")
#: What an outcome of a unit is a statistic of.
_STATS = {"share": "share", "mean": "mean", "score": "mean", "count": "total"}
#: A difference of shares is said in points; differences of means and scores keep their unit.
_DIFFERENCE_UNIT = {"share": "point", "mean": "mean", "score": "score"}


@dataclass(frozen=True)
class Subject:
    """Whom estimates are about, and the design that stands for them; ``variant`` names weights that are not its own."""

    design: Design
    population: str
    inference: str
    source: str
    region: str
    level: str
    boundaries: str | None
    waves: tuple[str, ...]
    variant: str = ""

    @property
    def weight(self) -> str:
        """Return by which weights estimates count."""
        return "_".join(p for p in ("visit" if self.population == "visits" else "person", self.variant) if p)

    def quantity(
        self, stat: str, counted: Codes, among: Codes, wave: str, where: Where | None = None, method: str = ""
    ) -> Quantity:
        """Return what an estimate of this population counts, in the region unless a place is told."""
        place = where or Where("region", self.region)
        told = (self.population, self.source, self.weight, keys(counted), keys(among), place, f"wave={wave}", method)
        return Quantity(stat, *told)

    @property
    def frame(self) -> pd.DataFrame:
        """Return the rows of the design."""
        return self.design.frame


def subjects(context: Context, source: Source) -> dict[str, Subject]:
    """Return the populations that a survey speaks for: users, visits, inhabitants, non-users, spaces, respondents."""
    weighted = context.weighted(source.name)
    person = "users" if weighted.visit is not None else source.units
    present = set(map(str, weighted.frame["wave"].unique()))
    waves = tuple(w.name for w in context.evaluation.settings.waves if w.name in present)
    inference = "sample" if source.by == "probability" else "nonprobability"
    return {
        name: Subject(design, name, inference, source.name, context.region, context.level, context.boundaries, waves)
        for name, design in ((person, weighted.person), ("visits", weighted.visit))
        if design is not None
    }


def persons(context: Context, source: str | None) -> Subject:
    """Return the persons, not the visits, that a survey speaks for: of the named source, or of the first survey."""
    chosen = context.survey(source)
    return of_persons(context, chosen, subjects(context, chosen))


def of_persons(context: Context, source: Source, people: Mapping[str, Subject]) -> Subject:
    """Return the persons among the populations that a survey speaks for.

    Raises
    ------
    AnalyseError
        When it speaks for visits alone: nothing says how many visits stand for a person.
    """
    found = next((s for s in people.values() if s.population != "visits"), None)
    if found is None:
        raise AnalyseError(
            f"the survey '{source.name}' has weights of visits and none of persons",
            where=f"surveys/{context.evaluation.name}/evaluation.yaml, source {source.name}",
            found="`sampled: visit`, with weights that count visits",
            allowed="a step `share` under `weighting:`, with the question that counts visits; or `sampled: person`",
            action="say `sampled: person`, and `persons: users`, where an answer is a user with a weight of its own",
        )
    return found


def over_columns(design: Design, columns: pd.DataFrame) -> Design:
    """Return the design over other columns of the same rows; sample, weights and variance are the same.

    What the design computed from its sample alone is computed once here and shared by the copies.
    """
    _ = design.forms, design.psu_rows, design.stratum_rows
    if len(columns) != len(design.frame):
        raise ValueError(f"{len(columns)} rows of columns for a design of {len(design.frame)} rows")
    new = copy.copy(design)
    object.__setattr__(new, "frame", columns)
    return new


def _loaded(subject: Subject, outcomes: Sequence[Outcome], by: Sequence[str]) -> Iterator[tuple[Design, list[str]]]:
    """Yield the design over the domains' columns and one column an outcome, and the names of the latter.

    Outcomes of many respondents are loaded some at a time: each stands several times in memory while it is estimated.
    """
    beside, together = subject.frame[["wave", *by]], max(1, VALUES // max(len(subject.frame), 1))
    for start in range(0, len(outcomes), together):
        part = {f"_outcome_{i}": outcomes[i].values for i in range(len(outcomes))[start : start + together]}
        columns = pd.DataFrame(part, index=subject.frame.index)
        yield over_columns(subject.design, pd.concat([beside, columns], axis=1)), list(part)


def levels(
    entry: Entry, subject: Subject, outcomes: Sequence[Outcome], by: Sequence[str] = (), where: object = None
) -> list[Result]:
    """Estimate every outcome by wave and by the columns ``by`` (the territory level among them or not)."""
    if not outcomes:
        return []
    domains = domains_of(subject.frame, ["wave", *by], where, subject.design.weights)
    tables = []
    for design, names in _loaded(subject, outcomes, by):
        table = design.mean(names, by=domains, level=LEVEL)
        table["said_yes"], table["mass"] = _behind(design, names, domains)
        tables.append(table)
    table = _share_columns(_without_noise(_stacked(tables)), outcomes)
    return _results(entry, subject, outcomes, table, by)


def _stacked(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return tables[0] if len(tables) == 1 else pd.concat(tables, ignore_index=True)


def _lone_waves_unknown(subject: Subject, table: pd.DataFrame) -> pd.DataFrame:
    """Blank the errors of what rests on a wave of one respondent, whose variance nothing tells."""
    if subject.population != "respondents":
        return table
    met = subject.frame["wave"].astype(str).value_counts()
    lone = set(met.index[met == 1])
    if not lone:
        return table
    blank = np.array([not lone.isdisjoint(ends(w)) for w in table["wave"].astype(str)], dtype=bool)
    return table.assign(**{c: table[c].mask(blank) for c in _ERRORS if c in table})


def _without_noise(table: pd.DataFrame) -> pd.DataFrame:
    """Set to zero the errors that rounding left on estimates which calibration reproduces exactly."""
    exact = table["se"] < _ROUNDING * np.maximum(table["estimate"].abs(), 1e-6)
    bounds = {c: table["estimate"].where(exact, table[c]) for c in ("lower", "upper")}
    return table.assign(se=table["se"].mask(exact, 0.0), **bounds)


def _share_columns(table: pd.DataFrame, outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """Give shares the interval and effective size by which they are judged."""
    position = [int(name.rsplit("_", 1)[1]) for name in table["variable"]]
    table = table.assign(position=position)
    share = np.array([outcomes[i].unit == "share" and not outcomes[i].linearised for i in position])
    p, se, n, df, yes = (table[c].to_numpy(np.float64) for c in ("estimate", "se", "n", "df", "said_yes"))
    # linearisation leaves 1e-17 where nobody or everybody said yes; the rules ask for exactly 0 or 1
    p = np.where(share & (n > 0), np.select([yes == 0, yes == n], [0.0, 1.0], np.clip(p, 0, 1)), p)
    sizes, degrees = np.where(n > 0, n, np.nan), np.where(df > 0, df, np.nan)
    lower, upper = proportion_interval(p, se, sizes, degrees, LEVEL, "nchs")
    known = (se == 0) & (p > 0) & (p < 1)
    lower, upper = np.where(known, p, lower), np.where(known, p, upper)
    size = np.minimum(effective_size(p, se, n), n)
    return table.assign(
        estimate=p,
        lower=np.where(share, lower, table["lower"]),
        upper=np.where(share, upper, table["upper"]),
        n_effective=np.where(share, size, table["n_effective"]),
        # where nobody or everybody said yes both variances are what rounding left, and so would their quotient be
        deff=table["deff"].mask(share & ((p <= 0) | (p >= 1))),
        contributors=np.where(share, table["said_yes"], n),
    )


def _behind(design: Design, names: list[str], domains: Domains) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what stands behind every row of a table of means, domain by domain.

    That is the unweighted respondents of its numerator, and the sum of weights of its base, of outcomes that the same
    respondents answered once.
    """
    inside = domains.code >= 0
    code, values = domains.code[inside], outcomes_of(design.frame, names)[inside]
    yes = [np.bincount(code[column == 1], minlength=len(domains)) for column in values.T]
    patterns, which = validity(~np.isnan(values))
    masses = pd.DataFrame(patterns * design.weights[inside, None]).groupby(code).sum().to_numpy(np.float64)
    return np.column_stack(yes).astype(np.float64).ravel(), masses[:, which].ravel()


def totals(
    entry: Entry, subject: Subject, indicator: str, by: Sequence[str] = (), measure: str = "count"
) -> list[Result]:
    """Estimate how many persons or visits there are, by wave and by the columns ``by``."""
    base = dict.fromkeys(subject.waves, "all")
    everyone = Outcome(indicator, measure, "count", np.ones(len(subject.frame)), base, EVERYBODY)
    design, names = next(_loaded(subject, [everyone], by))
    table = design.total(names, by=["wave", *by], level=LEVEL)
    table = _above_counted(_without_noise(table), LEVEL)
    table = table.assign(position=0, contributors=table["n"], n_effective=np.nan)
    return _results(entry, subject, [everyone], table, by)


def _above_counted(table: pd.DataFrame, level: float) -> pd.DataFrame:
    """Give totals whose symmetric interval reaches below those who answered one that cannot.

    There are at least the n that were seen: the interval is symmetric in the logarithm of those who were not, as for
    sizes of populations of which a part is counted (Chao 1987, Biometrics 43, 783). A census with nonresponse needs it.
    """
    estimate, se, n, df = (table[c].to_numpy(np.float64) for c in ("estimate", "se", "n", "df"))
    unseen = estimate - n
    low = (table["lower"].to_numpy(np.float64) < n) & (unseen > 0) & (df > 0)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        factor = np.exp(t_quantile(np.where(df > 0, df, np.nan), level) * np.sqrt(np.log1p((se / unseen) ** 2)))
        lower, upper = n + unseen / factor, n + unseen * factor
    return table.assign(
        lower=np.where(low, lower, table["lower"]), upper=np.where(low & np.isfinite(upper), upper, table["upper"])
    )


def shifts(
    entry: Entry, subject: Subject, outcomes: Sequence[Outcome], waves: tuple[str, str], by: Sequence[str] = ()
) -> list[Result]:
    """Estimate the change of every outcome from the first wave to the second, with the covariance of common spaces.

    Outcomes that one of the two waves did not ask, or asked in words that do not compare, are left out: there is
    nothing to compare.
    """
    outcomes = [o for o in outcomes if o.compares(*waves)]
    if not outcomes:
        return []
    domains = domains_of(subject.frame, ["wave", *by], None, subject.design.weights)
    tables = []
    for design, names in _loaded(subject, outcomes, by):
        table = design.contrast("mean", names, by=domains, over=("wave", waves[1], waves[0]), level=LEVEL)
        asked = [outcomes[int(v.rsplit("_", 1)[1])] for v in table["variable"]]
        share = np.array([o.unit == "share" and not o.linearised for o in asked])
        unknown = np.flatnonzero(share & (table["se"].to_numpy(np.float64) < _ROUNDING))
        tables.append(with_limits(design, table, unknown, waves, by, LEVEL) if len(unknown) else table)
    table = _difference(_stacked(tables), outcomes).assign(wave=from_to(*waves))
    return _results(entry, subject, outcomes, table, by, SHIFT, "waves")


def gaps(entry: Entry, subject: Subject, outcomes: Sequence[Outcome], wave: str) -> list[Result]:
    """Estimate how every unit differs from the rest of the region in one wave (units outside any count in the rest)."""
    outcomes = [o for o in outcomes if wave in o.base]
    units = subject.frame[subject.level]
    if not outcomes or units.nunique() < 2:
        return []
    somewhere = units.astype("object").where(units.notna(), "").to_frame(subject.level)
    here = (subject.frame["wave"] == wave).to_numpy()
    domains = domains_of(somewhere, [subject.level], here, subject.design.weights)
    table = _stacked(
        [
            design.contrast("mean", names, by=domains, rest=True, level=LEVEL)
            for design, names in _loaded(subject, outcomes, [])
        ]
    )
    table = _difference(table[table[subject.level] != ""].reset_index(drop=True), outcomes).assign(wave=wave)
    return _results(entry, subject, outcomes, table, [subject.level], GAP, "rest")


def _difference(table: pd.DataFrame, outcomes: Sequence[Outcome]) -> pd.DataFrame:
    position = [int(name.rsplit("_", 1)[1]) for name in table["variable"]]
    factor = np.array([100.0 if outcomes[i].unit == "share" else 1.0 for i in position])
    scaled = {c: table[c] * factor for c in ("estimate", "se", "lower", "upper")}
    return table.assign(**scaled, position=position, contributors=table["n"], n_effective=np.nan, deff=np.nan)


def _grid(subject: Subject, outcomes: Sequence[Outcome], table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Complete a table with the domains in which nobody answered."""
    asked: list[tuple[Any, ...]] = []
    times = table["wave"].unique()
    coded = {c: pd.factorize(subject.frame[c]) for c in by}
    every = {c: sorted(found, key=str) for c, (_, found) in coded.items()}
    for i, o in enumerate(outcomes):
        told = ~np.isnan(o.values)
        # every unit gets a row; a category that lies outside the base in all waves (an age band) does not
        seen = [every[c] if c == subject.level else _present(*coded[c], told) for c in by]
        cells = list(itertools.product(*seen))
        waves = [w for w in times if set(ends(w)) <= set(o.base)]
        asked += [(wave, *cell, i) for wave in waves for cell in cells]
    grid = pd.DataFrame(asked, columns=["wave", *by, "position"])
    return grid.merge(table, on=["wave", *by, "position"], how="left")


def _present(codes: NDArray[np.int64], found: Any, told: NDArray[np.bool_]) -> list[Any]:
    """Return the values of a factorised column among some rows, in order."""
    places = np.flatnonzero(np.bincount(codes[told & (codes >= 0)]))
    return sorted((found[i] for i in places), key=str)


def _named(values: NDArray[np.float64]) -> dict[str, Any]:
    return {name: float(value) for name, value in zip(_NUMBERS, values, strict=True)}


def _results(
    entry: Entry,
    subject: Subject,
    outcomes: Sequence[Outcome],
    table: pd.DataFrame,
    by: Sequence[str],
    measures: dict[str, str] | None = None,
    change: str = "",
) -> list[Result]:
    rows = _grid(subject, outcomes, _lone_waves_unknown(subject, table), by)
    # the variance of a number of persons has no counterpart in simple random sampling
    rows = rows.assign(n=rows["n"].fillna(0), deff=rows["deff"].where(np.isfinite(rows["deff"].astype("float64"))))
    values = rows.reindex(columns=_NUMBERS).to_numpy(np.float64)
    places = rows[subject.level].astype(str) if subject.level in by else [subject.region] * len(rows)
    domains = [c for c in by if c != subject.level]
    made = []
    for v, place, position, wave, cell in zip(
        values, places, rows["position"], rows["wave"], rows[domains].itertuples(index=False, name=None), strict=True
    ):
        o = outcomes[position]
        made.append(
            Result(
                analysis=entry.name,
                indicator=o.indicator,
                measure=measures[o.unit] if measures else o.measure,
                population=subject.population,
                territory_level=subject.level if subject.level in by else "region",
                territory=place,
                unit=_DIFFERENCE_UNIT[o.unit] if measures else o.unit,
                inference=subject.inference,
                wave=str(wave),
                domain={**dict(zip(domains, cell, strict=True)), **o.domain},
                boundaries=subject.boundaries if subject.level in by else None,
                level=LEVEL,
                base=o.base[last_of(wave)],
                confirmatory=entry.confirmatory,
                source=subject.source,
                quantity=_quantity(
                    subject, o, str(wave), _where(subject, by, place), dict(zip(domains, cell, strict=True)), change
                ),
                **_named(v),
            )
        )
    return made


def level_quantity(
    subject: Subject, outcome: Outcome, wave: str, where: Where | None = None, cell: Mapping[str, object] | None = None
) -> Quantity:
    """Return what the level of an outcome counts in a wave, a place and a cell of domains."""
    among = {**outcome.event.base(wave), **{name: [code] for name, code in (cell or {}).items()}}
    return subject.quantity(_STATS[outcome.unit], outcome.event.counted, among, wave, where)


def _quantity(
    subject: Subject, outcome: Outcome, wave: str, where: Where, cell: Mapping[str, object], change: str
) -> Quantity:
    """Return what a row counts: a level, its change between two waves, or its gap with the rest of the region."""
    if change == "rest":
        here, elsewhere = (level_quantity(subject, outcome, wave, w, cell) for w in (where, _rest(where)))
        return difference(here, elsewhere)
    if change == "waves":
        first, last = (level_quantity(subject, outcome, w, where, cell) for w in ends(wave))
        return difference(last, first)
    return level_quantity(subject, outcome, wave, where, cell)


def _rest(where: Where) -> Where:
    return dataclasses.replace(where, rest=True)


def _where(subject: Subject, by: Sequence[str], place: str) -> Where:
    return Where(subject.level if subject.level in by else "region", place)
