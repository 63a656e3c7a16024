"""Effect of the label on visits: group-time effects averaged, by comparison and by treatment of closures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pipeline.errors import AnalyseError
from pipeline.questions.context import Context
from pipeline.questions.effects import effect_row
from pipeline.questions.entry import Entry
from pipeline.questions.few_clusters import Slopes, Wild, slopes, wild_bootstrap
from pipeline.questions.fixed_effects import FixedEffects, fit, fit_theta
from pipeline.questions.label.treated import BINS, FULL, QUARTER, GroupTime, Treated, group_time, treated_of
from pipeline.questions.panel import Bools, Floats, Panel, coded, dummies
from pipeline.results import Result

MAIN = "group_time"
_QUARTERS = 9


@dataclass(frozen=True)
class Effect:
    """A fit of group-time effects: its cells, combinations for each bin, and their estimates between clusters."""

    treated: Treated
    cells: GroupTime
    fitted: FixedEffects
    combinations: Floats
    found: Slopes


def measure(treated: Treated, theta: float | None = None, more: Floats | None = None, by_space: bool = False) -> Effect:
    """Fit group-time effects and average them: over all months (first), then over each bin of :data:`BINS`.

    Parameters
    ----------
    treated : rows.  theta : of the negative binomial, estimated when None, infinite for Poisson.
    more : (n, k) further controls.  by_space : cluster by space, without correction (too optimistic; to show it).
    """
    cells = group_time(treated)
    rows, parts = treated.rows, [cells.columns, treated.controls]
    x = np.column_stack([*parts, *([] if more is None else [more])])
    if theta is None:
        fitted = fit_theta(rows.y, x, rows.space, rows.offset)
    else:
        fitted = fit(rows.y, x, rows.space, rows.offset, theta)
    averages = [cells.average(0, np.inf), *(cells.average(first, stop) for _, first, stop in BINS)]
    combinations = np.zeros((x.shape[1], len(averages)))
    combinations[: len(cells.since)] = np.column_stack(averages)
    cluster = coded(rows.space) if by_space else rows.cluster
    found = slopes(fitted, cluster, np.nan_to_num(combinations), corrected=not by_space)
    return Effect(treated, cells, fitted, combinations, found)


def estimated(
    context: Context, entry: Entry, panel: Panel, treated: Treated, draws: int, seed: int
) -> tuple[list[Result], Effect]:
    """Return the rows of every method and of the event study, and the main fit."""
    main = measure(treated)
    theta = main.fitted.theta
    made = _rows(context, entry, panel, main, MAIN)
    made += _wild(context, entry, panel, main, draws, seed)
    naive = slopes(main.fitted, treated.rows.space, np.nan_to_num(main.combinations), corrected=False)
    made += _rows(context, entry, panel, replace(main, found=naive), "clustered_by_space")
    made += _rows(context, entry, panel, measure(treated, np.inf), "visit_weighted")
    within = _cluster_years(panel, treated)
    if within is not None:
        made += _rows(context, entry, panel, measure(treated, theta, within), "within_units")
    made += _same_type(context, entry, panel, theta)
    made += _rows(context, entry, panel, measure(treated_of(closed_as_zero(panel)), np.inf), "closures_zero")
    made += _event_study(context, entry, panel, main)
    return made, main


def closed_as_zero(panel: Panel) -> Panel:
    """Return the panel with no visit, in place of no return, after a space has closed."""
    closing = panel.sites["closing"].to_numpy(np.float64)
    closed = np.arange(len(panel.months))[None, :] > closing[:, None]
    closed &= np.isnan(panel.visits)
    return replace(panel, visits=np.where(closed, 0.0, panel.visits), part=np.where(closed, 1.0, panel.part))


def _cluster_years(panel: Panel, treated: Treated) -> Floats | None:
    """Return (n, k) levels of each cluster in each year, so that labelled spaces meet others of their own cluster."""
    rows = treated.rows
    years = coded(np.asarray(panel.months.year, dtype=np.int64)[rows.month])
    clusters = int(rows.cluster.max()) + 1
    comparable = np.bincount(rows.cluster[~treated.after], minlength=clusters) > 0
    if years.max() < 1 or not comparable.all():
        return None
    own, time = dummies(rows.cluster), dummies(years)
    return np.asarray((own[:, :, None] * time[:, None, :]).reshape(len(own), -1))


def _same_type(context: Context, entry: Entry, panel: Panel, theta: float) -> list[Result]:
    """Compare labelled spaces with others of their own type in the same month; then within each type alone.

    Types that nobody was labelled in take no part. A type whose labelled spaces have no others to be compared with has
    no rows of its own; its numbers of spaces say so.
    """
    kinds = panel.sites["type"]
    own = sorted(set(kinds[panel.sites["labelled"].notna()].dropna()))
    if not own or kinds.nunique() < 2:
        return []
    code = {kind: i for i, kind in enumerate(own)}
    treated = treated_of(panel, _of_types(panel, own))
    of_row = kinds.map(code).to_numpy(np.float64)[treated.rows.space].astype(np.int64)
    crossed = coded(treated.rows.month)[:, None] == np.unique(coded(treated.rows.month))[None, 1:]
    more = [crossed & (of_row == i)[:, None] for i in range(1, len(own))]
    by_month = np.column_stack([m[:, m.any(axis=0)] for m in more]).astype(np.float64) if more else None
    made = _rows(context, entry, panel, measure(treated, theta, by_month), "same_type")
    for kind in own if len(own) > 1 else ():
        try:
            alone = measure(treated_of(panel, _of_types(panel, [kind])), theta)
        except AnalyseError:
            continue
        for row in _rows(context, entry, panel, alone, "same_type"):
            # a part of the comparison above, not a further test
            made.append(_untested(replace(row, domain={**(row.domain or {}), "type": kind})))
    return made


def _of_types(panel: Panel, kinds: Sequence[object]) -> Bools:
    inside = panel.sites["type"].isin(kinds).to_numpy()
    return np.broadcast_to(inside[:, None], panel.visits.shape).copy()


def _rows(context: Context, entry: Entry, panel: Panel, effect: Effect, method: str) -> list[Result]:
    made = []
    for j, name in enumerate(["", *(b[0] for b in BINS)]):
        if np.isnan(effect.combinations[0, j]):
            continue
        domain: dict[str, object] = {"months_since": name} if name else {}
        row = effect_row(context, entry, panel, effect.treated.rows, effect.found, j, "effect", method, domain)
        row = replace(row, n=float(_labelled_months(effect, j)))
        made.append(row if name in ("", FULL) else _untested(row))
    return made


def _untested(row: Result) -> Result:
    """Return a step of a planned comparison: its interval is told, the comparison itself is tested elsewhere."""
    return replace(row, p_value=np.nan)


def _labelled_months(effect: Effect, j: int) -> int:
    used = effect.combinations[: len(effect.cells.weight), j] > 0
    return int(effect.cells.weight[used].sum())


def _wild(context: Context, entry: Entry, panel: Panel, main: Effect, draws: int, seed: int) -> list[Result]:
    made: list[Result] = []
    for row, j in zip(_rows(context, entry, panel, main, "wild_bootstrap"), _present(main), strict=True):
        if row.domain and row.domain["months_since"] != FULL:
            continue
        wild: Wild = wild_bootstrap(main.fitted, main.treated.rows.cluster, main.combinations[:, j], draws, seed)
        low, high = float(np.expm1(wild.lower)), float(np.expm1(wild.upper))
        facts: dict[str, Any] = {"lower": low, "upper": high, "p_value": wild.p_value, "df": np.nan}
        if not np.isfinite([wild.lower, wild.upper]).all():
            # too few clusters to reject any value on one side: there is no interval to tell
            facts |= {"lower": np.nan, "upper": np.nan, "level": np.nan}
        made.append(replace(row, **facts))
    return made


def _present(effect: Effect) -> list[int]:
    return [j for j in range(effect.combinations.shape[1]) if not np.isnan(effect.combinations[0, j])]


def _event_study(context: Context, entry: Entry, panel: Panel, main: Effect) -> list[Result]:
    """Return the effect quarter by quarter since the label, and the same labelled spaces before it."""
    made = []
    quarters = [(q, main.cells.average(QUARTER * q, QUARTER * (q + 1))) for q in range(_QUARTERS)]
    quarters = [(q, w) for q, w in quarters if not np.isnan(w).any()]
    combinations = np.zeros((len(main.fitted.beta), len(quarters)))
    combinations[: len(main.cells.since)] = np.column_stack([w for _, w in quarters])
    found = slopes(main.fitted, main.treated.rows.cluster, combinations)
    for j, (q, _) in enumerate(quarters):
        domain: dict[str, object] = {"quarter": f"{q:+d}"}
        row = effect_row(context, entry, panel, main.treated.rows, found, j, "effect", "event_study", domain)
        made.append(_untested(row))
    before, leads, names = _leads(main)
    for j, q in enumerate(names):
        domain = {"quarter": f"{q:+d}"}
        made.append(
            _untested(effect_row(context, entry, panel, before.rows, leads, j, "effect", "event_study", domain))
        )
    return made


def _leads(main: Effect, quarters: int = 6) -> tuple[Treated, Slopes, list[int]]:
    """Return the gaps of the quarters before the label to the mean of all months before, from unlabelled rows only."""
    before = before_label(main.treated)
    quarter = np.floor(before.since / QUARTER)
    names = [q for q in range(-quarters, 0) if (quarter == q).any()]
    columns = np.column_stack([quarter == q for q in names]).astype(np.float64)
    x = np.column_stack([columns, before.controls])
    rows = before.rows
    fitted = fit(rows.y, x, rows.space, rows.offset, main.fitted.theta)
    weight = columns.sum(axis=0) / np.isfinite(before.since).sum()
    combinations = np.zeros((x.shape[1], len(names)))
    combinations[: len(names)] = np.eye(len(names)) - weight[:, None]
    return before, slopes(fitted, rows.cluster, combinations), names


def before_label(treated: Treated) -> Treated:
    """Return the rows of spaces not labelled or not yet, whose visits the label did not touch."""
    kept = ~treated.after
    rows = treated.rows
    names, cluster = np.unique(np.array(rows.cluster_names)[rows.cluster[kept]], return_inverse=True)
    controls = treated.controls[kept]
    return Treated(
        replace(
            rows,
            y=rows.y[kept],
            offset=rows.offset[kept],
            space=rows.space[kept],
            month=rows.month[kept],
            cluster=cluster.astype(np.int64),
            cluster_names=tuple(str(n) for n in names),
        ),
        treated.since[kept],
        controls[:, np.ptp(controls, axis=0) > 0],
    )
