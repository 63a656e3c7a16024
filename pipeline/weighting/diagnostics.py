"""What weighting did: balance of every margin, spread of the weights, the effect of the cap on links."""

from __future__ import annotations

import pandas as pd

from pipeline.survey import Design
from pipeline.weighting.handover import MET, WeightedSource
from pipeline.weighting.margins import NO_ANSWER, FieldMonth

_COLUMNS = ["wave", "margin", "category", "target", "before", "after", "n"]
_FACTS = ["imputed_share", "spaces", "largest_share"]


def balance(weighted: WeightedSource, months: dict[str, FieldMonth]) -> pd.DataFrame:
    """Return one row a wave, margin and category: target, weighted before and after, answers, imputed share.

    ``spaces`` is the number of spaces that the visits of a margin were made in, ``largest_share`` what the largest
    holds of them; ``official`` says that the margin is from a file, then told one variable after another.
    """
    design = weighted.visit if weighted.visit is not None else weighted.person
    met = [s for s in weighted.plan["steps"] if s["step"] in MET]
    tables = []
    for step, recipe in zip((s for s in design.steps if s.kind in MET), met, strict=True) if design is not None else ():
        for margin in recipe["margins"]:
            column = margin["variables"][1]
            keys = [weighted.frame["wave"], weighted.frame[column]]
            weights = pd.DataFrame({"before": step.before, "after": step.after, "n": weighted.frame["_answered"]})
            table = weights.groupby(keys).sum()
            table.index.names = ["wave", "category"]
            target = pd.DataFrame(margin["totals"], columns=["wave", "category", "target"])
            table = target.merge(table.reset_index(), on=["wave", "category"], how="left")
            if "crosses" in margin:
                tables += _official(table, weighted.frame, column, margin["crosses"])
            else:
                tables.append(_recorded(table, months, column.removeprefix("_margin_")))
    if not tables:
        return pd.DataFrame(columns=[*_COLUMNS, *_FACTS, "official"])
    return pd.concat(tables, ignore_index=True)[[*_COLUMNS, *_FACTS, "official"]]


def _recorded(table: pd.DataFrame, months: dict[str, FieldMonth], variable: str) -> pd.DataFrame:
    """Return a margin of attendance with what the field month says of its categories."""
    cells = list(zip(table["wave"], table["category"].astype(str), strict=True))
    told = {name: _by_cell(months, name, variable) for name in _FACTS}
    # nothing was counted or imputed in the class of unknown answers
    facts = {name: [known.get(cell, 0.0) for cell in cells] for name, known in told.items()}
    return table.assign(margin=variable, official=False, **facts)


def _official(table: pd.DataFrame, frame: pd.DataFrame, column: str, variables: list[str]) -> list[pd.DataFrame]:
    """Return a margin of a file once for each variable that it crosses, summed over the others."""
    inside = frame["_answered"] & frame[column].ne(NO_ANSWER)
    codes = frame.loc[inside, [column, *variables]].drop_duplicates(column).set_index(column).astype(str)
    summed = []
    for variable in variables:
        category = table["category"].map(codes[variable]).fillna(NO_ANSWER)
        sums = table.drop(columns="category").groupby(["wave", category.rename("category")], sort=False).sum()
        zero: dict[str, float] = dict.fromkeys(_FACTS, 0.0)
        summed.append(sums.reset_index().assign(margin=variable, official=True, **zero))
    return summed


def _by_cell(months: dict[str, FieldMonth], name: str, variable: str) -> dict[tuple[str, str], float]:
    """Return what a field month says of each category of a margin, by wave and category."""
    return {(w, str(c)): float(v) for w, month in months.items() for c, v in getattr(month, name)(variable).items()}


def spread(weighted: WeightedSource) -> pd.DataFrame:
    """Return Kish's design effect, effective size, extremes and the cap's effect: wave, weight, measure, value.

    Kish's effect 1 + cv² (Kish 1965, section 11.7) is the part of the design effect that unequal weights alone make.
    """
    rows: list[tuple[str, str, str, float]] = []
    frame = weighted.frame
    for name, design in (("visit", weighted.visit), ("person", weighted.person)):
        if design is None:
            continue
        for wave in frame["wave"].unique():
            weights = pd.Series(design.weights)[((frame["wave"] == wave) & frame["_answered"]).to_numpy()]
            mean = weights.mean()
            kish = float((weights**2).mean() / mean**2)
            values = {
                "n": len(weights),
                "sum": weights.sum(),
                "min": weights.min(),
                "max": weights.max(),
                "mean": mean,
                "cv": (kish - 1) ** 0.5 if kish > 1 else 0.0,
                "deff_kish": kish,
                "n_effective": len(weights) / kish,
            }
            rows += [(wave, name, measure, float(value)) for measure, value in values.items()]
    rows += _calibration(weighted) + _cap(weighted)
    return pd.DataFrame(rows, columns=["wave", "weight", "measure", "value"])


def _calibration(weighted: WeightedSource) -> list[tuple[str, str, str, float]]:
    """Return extremes of the g-weights of calibration by wave."""
    design: Design | None = weighted.visit if weighted.visit is not None else weighted.person
    step = next((s for s in design.steps if s.kind in MET), None) if design is not None else None
    if step is None:
        return []
    ratio = pd.Series(step.after / pd.Series(step.before).where(step.before > 0).to_numpy())
    name = "visit" if weighted.visit is not None else "person"
    rows = []
    for wave in weighted.frame["wave"].unique():
        of_wave = ratio[((weighted.frame["wave"] == wave) & weighted.frame["_answered"]).to_numpy()]
        rows += [(wave, name, "g_min", float(of_wave.min())), (wave, name, "g_max", float(of_wave.max()))]
    return rows


def _cap(weighted: WeightedSource) -> list[tuple[str, str, str, float]]:
    """Return, by wave, the share of answers capped, the change the cap makes in persons, the share of links imputed."""
    share = next((s for s in weighted.plan["steps"] if s["step"] == "share_weights"), None)
    if share is None or weighted.visit is None:
        return []
    frame, rows = weighted.frame, []
    for wave in frame["wave"].unique():
        inside = ((frame["wave"] == wave) & frame["_answered"]).to_numpy()
        links, visits = frame.loc[inside, "_links"], weighted.visit.weights[inside]
        capped = links.clip(upper=share["cap"]) if share["cap"] else links
        free, held = float((visits / links).sum()), float((visits / capped).sum())
        rows += [
            (wave, "person", "cap", float(share["cap"] or float("inf"))),
            (wave, "person", "capped_share", float((links > capped).mean())),
            (wave, "person", "cap_effect", held / free - 1),
            (wave, "person", "links_imputed_share", float(frame.loc[inside, "_links_imputed"].mean())),
        ]
    return rows
