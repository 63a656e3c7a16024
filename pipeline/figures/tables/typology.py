"""Tables of a typology: its classes and their stability, and the answers that mark each of them."""

from __future__ import annotations

import pandas as pd

from pipeline.figures import typology, writing
from pipeline.figures.output import Absent, Cell, Table
from pipeline.figures.scope import Scope, published, why_absent
from pipeline.figures.tables.cells import anything, columns, head, number, pick, respondents, table
from pipeline.results import shared
from pipeline.wording import numbers
from pipeline.wording.labels import SIGNS
from pipeline.wording.numbers import NARROW

#: Mean similarity from which a class is called stable (Hennig 2007).
_STABLE = 0.75


def classes(scope: Scope, *, analysis: str, similarity: str, caption: writing.Captions | None = None) -> Table | Absent:
    """Return each class with its answers, its share of spaces and whether it comes back in bootstrap samples.

    ``similarity`` is the measure of how much of a class comes back.
    """
    rows = typology.numbers_of(scope, analysis)
    shares = rows[(rows["indicator"] == "class") & (rows["measure"] == "share")]
    if not anything(shares):
        return Absent(why_absent(shares, scope))
    similar = rows[rows["measure"] == similarity]
    heads = (
        ("class", scope.text("by=class")),
        ("n", scope.say("typology-table.answers")),
        ("share", scope.say("typology-table.share")),
        (similarity, scope.say("typology-table.similarity")),
        ("said", scope.say("typology-table.stability")),
    )
    body = []
    for name in typology.classes_of(rows):
        again = pick(similar, in_class=name)
        body.append(
            [
                head(scope.code_text("class", name)),
                respondents(again, scope),
                number(pick(shares, in_class=name), scope),
                _decimal(again, scope, 2),
                Cell(_stable(again, scope)),
            ]
        )
    first = published(shares).sort_values("in_class").iloc[0]
    name = scope.code_text("class", first["in_class"])
    value = numbers.share(first["estimate"], scope.lang)
    when = str(first["time"])
    reading = scope.say("typology-table.reading", when=writing.in_time(when, scope.lang), name=name, value=value)
    return table(
        scope,
        pd.concat([shares, similar]),
        columns(*heads),
        body,
        writing.captioned(scope, caption, shares, when),
        reading,
        (scope.say("typology-table.note"),),
    )


def marks(
    scope: Scope, *, analysis: str, measure: str, most: int = 7, caption: writing.Captions | None = None
) -> Table | Absent:
    """Return the answers that are more, then less, frequent in each class than among all spaces, by ``measure``."""
    rows = typology.numbers_of(scope, analysis)
    shares = rows[(rows["measure"] == "share") & (rows["indicator"] != "class")]
    body: list[list[Cell]] = []
    groups: list[tuple[int, str]] = []
    used = []
    for name in typology.classes_of(rows):
        found = typology.marks_of(rows, name, measure)
        over, under = found[found["estimate"] > 0].head(most), found[found["estimate"] < 0].tail(most // 2)
        if len(over) + len(under):
            groups.append((len(body), scope.code_text("class", name)))
        for _, row in pd.concat([over, under]).iterrows():
            same = shares[(shares["indicator"] == row["indicator"]) & (shares["category"] == row["category"])]
            inside, whole = pick(same, in_class=name), pick(same, in_class="")
            used += [r["result_id"] for r in (row, inside, whole) if r is not None]
            body.append(
                [
                    head(typology.said(scope, analysis, row["indicator"], row["category"])),
                    number(inside, scope, interval=False),
                    number(whole, scope, interval=False),
                    _decimal(row, scope, 1, signed=True),
                ]
            )
    if not body:
        return Absent(why_absent(rows[rows["measure"] == measure], scope))
    heads = (
        ("answer", scope.say("class-marks-table.answer")),
        ("inside", scope.say("class-marks-table.inside")),
        ("whole", scope.say("class-marks-table.whole")),
        ("test", scope.say("class-marks-table.test")),
    )
    shown = rows[rows["result_id"].isin(used)]
    when = str(shared(shown, "time"))
    answer, own, all_of_them = (cell.text.removesuffix(f"{NARROW}*") for cell in body[0][:3])
    return table(
        scope,
        shown,
        columns(*heads),
        body,
        writing.captioned(scope, caption, shown, when),
        scope.say("class-marks-table.reading", answer=answer, inside=own, whole=all_of_them),
        (scope.say("class-marks-table.note"),),
        groups,
    )


def _decimal(row: pd.Series | None, scope: Scope, decimals: int, signed: bool = False) -> Cell:
    """Return a diagnostic with its decimals; no mark beside each, since the note says what it is."""
    if row is None or row["quality"] == "suppress" or pd.isna(row["estimate"]):
        return number(row, scope)
    return Cell(numbers.decimal(row["estimate"], scope.lang, decimals, signed=signed), row["result_id"])


def _stable(row: pd.Series | None, scope: Scope) -> str:
    if row is None or pd.isna(row["estimate"]):
        return SIGNS["not_available"]
    return scope.say("typology-table.stable" if row["estimate"] >= _STABLE else "typology-table.unstable")
