"""What weighting did: balance of every margin, spread of the weights, the effect of the cap on links."""

from __future__ import annotations

import pandas as pd

from pipeline.survey import Design
from pipeline.weighting.handover import WeightedSource
from pipeline.weighting.margins import FieldMonth


def balance(weighted: WeightedSource, months: dict[str, FieldMonth]) -> pd.DataFrame:
    """Return one row a wave, margin and category: target, weighted before and after raking, answers, imputed share.

    ``spaces`` is the number of spaces that the visits were made in, ``largest_share`` what the largest holds of them.
    """
    columns = [
        *("wave", "margin", "category", "target", "before", "after", "n"),
        *("imputed_share", "spaces", "largest_share"),
    ]
    design = weighted.visit if weighted.visit is not None else weighted.person
    rakes = [s for s in weighted.plan["steps"] if s["step"] == "rake"]
    if design is None or not rakes:
        return pd.DataFrame(columns=columns)
    tables = []
    for step, rake in zip((s for s in design.steps if s.kind == "rake"), rakes, strict=True):
        for margin in rake["margins"]:
            column = margin["variables"][1]
            keys = [weighted.frame["wave"], weighted.frame[column]]
            weights = pd.DataFrame({"before": step.before, "after": step.after, "n": weighted.frame["_answered"]})
            table = weights.groupby(keys).sum()
            table.index.names = ["wave", "category"]
            target = pd.DataFrame(margin["totals"], columns=["wave", "category", "target"])
            table = target.merge(table.reset_index(), on=["wave", "category"], how="left")
            variable = column.removeprefix("_margin_")
            cells = list(zip(table["wave"], table["category"].astype(str), strict=True))
            told = {name: _by_cell(months, name, variable) for name in ("imputed_share", "spaces", "largest_share")}
            # nothing was counted or imputed in the class of unknown answers
            facts = {name: [known.get(cell, 0.0) for cell in cells] for name, known in told.items()}
            tables.append(table.assign(margin=variable, **facts))
    return pd.concat(tables, ignore_index=True)[columns]


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
    """Return extremes of the g-weights of raking by wave."""
    design: Design | None = weighted.visit if weighted.visit is not None else weighted.person
    step = next((s for s in design.steps if s.kind == "rake"), None) if design is not None else None
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
