"""Units with their direct and their model-based number apart, and which of the two is printed."""

from __future__ import annotations

import pandas as pd

from pipeline.figures import writing
from pipeline.figures.output import Absent, Cell, Table
from pipeline.figures.scope import Scope, published, why_absent
from pipeline.figures.tables.cells import anything, columns, head, number, pick, respondents, table
from pipeline.results.time import ends, in_order, latest
from pipeline.wording.numbers import NARROW

MODEL_METHODS = ("eblup", "synthetic")


def pays_models(
    scope: Scope,
    *,
    analysis: str,
    indicator: str,
    population: str = "users",
    caption: writing.Captions | None = None,
) -> Table | Absent:
    """Return every unit with its answers, direct and model-based share, the one that is printed, and the change."""
    direct = scope.rows(analysis, indicator, "share", population=population, units=True)
    direct = direct[direct["time"] == latest(direct)]
    model = modelled(scope, analysis, indicator, "share", population)
    model = model[model["time"] == latest(direct)]
    shift = modelled(scope, analysis, indicator, "shift", population)
    if not anything(model):
        return Absent(why_absent(model, scope))
    when = str(latest(direct))
    heads = [
        ("unit", scope.text(f"by={scope.unit_level}")),
        ("n", scope.say("head.answers")),
        ("direct", scope.say("pays-models-table.direct", when=when)),
        ("model", scope.say("pays-models-table.model", when=when)),
        ("printed", scope.say("pays-models-table.printed")),
    ]
    spans = in_order(shift)
    heads += [(s, scope.say("pays-models-table.change", first=ends(s)[0], last=ends(s)[1])) for s in spans]
    body = []
    for code in model["territory"].unique():
        own, other = pick(direct, territory=code), pick(model, territory=code)
        line = [
            head(scope.text(f"{scope.unit_level}={code}")),
            respondents(own, scope),
            number(own, scope),
            _plain(number(other, scope)),
            Cell(scope.say(f"pays-models-table.choice.{printed(own, other)}")),
        ]
        body.append([*line, *(_plain(number(pick(shift, territory=code, time=s), scope)) for s in spans)])
    shown = published(model).iloc[0]
    within = scope.within(shown)
    share = writing.reading_of_share(shown, scope, within).removesuffix(".")
    return table(
        scope,
        pd.concat([direct, model, shift]),
        columns(*heads),
        body,
        writing.captioned(scope, caption, model, when),
        scope.say("pays-models-table.reading", share=share),
        (scope.say("pays-models-table.note"),),
    )


def modelled(scope: Scope, analysis: str, indicator: str, measure: str, population: str) -> pd.DataFrame:
    """Return the model-based rows of units, by time and code."""
    t = scope.table
    keep = (t["analysis"] == analysis) & (t["indicator"] == indicator) & (t["measure"] == measure)
    keep &= t["method"].isin(MODEL_METHODS) & (t["population"] == population) & (t["domain"] == "")
    keep &= t["territory_level"] == scope.unit_level
    return t[keep].sort_values(["order", "territory"], kind="stable")


def printed(direct: pd.Series | None, model: pd.Series | None) -> str:
    """Return which number of a unit documents print: the direct one where it may be shown, else the model's."""
    for name, row in (("direct", direct), ("model", model)):
        if row is not None and row["quality"] != "suppress" and pd.notna(row["estimate"]):
            return name
    return "none"


def _plain(cell: Cell) -> Cell:
    # the heading of the column says that the number comes from a model: no mark beside each
    return Cell(cell.text.removesuffix(f"{NARROW}*"), cell.result_id)
