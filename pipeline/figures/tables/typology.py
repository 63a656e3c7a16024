"""Tables of a typology: its classes and their stability, and the answers that mark each of them."""

from __future__ import annotations

import pandas as pd

from pipeline.figures import typology, writing
from pipeline.figures.output import Absent, Cell, Table
from pipeline.figures.scope import Scope, published, why_absent
from pipeline.figures.tables.cells import anything, columns, head, number, pick, respondents, table
from pipeline.wording import numbers
from pipeline.wording.numbers import NARROW, NO_BREAK

#: Mean similarity from which a class is called stable (Hennig 2007).
_STABLE = 0.75


def classes(scope: Scope, *, analysis: str = "typology", caption: writing.Captions | None = None) -> Table | Absent:
    """Return each class with its answers, its share of spaces and whether it comes back in bootstrap samples."""
    rows = typology.numbers_of(scope, analysis)
    shares = rows[(rows["indicator"] == "class") & (rows["measure"] == "share")]
    if not anything(shares):
        return Absent(why_absent(shares, scope))
    stability = rows[rows["measure"] == "stability"]
    french = scope.lang == "fr"
    heads = (
        ("class", scope.text("by=class")),
        ("n", "Questionnaires"),
        ("share", "Part des espaces" if french else "Share of spaces"),
        ("stability", "Similitude moyenne" if french else "Mean similarity"),
        ("said", "Stabilité" if french else "Stability"),
    )
    body = []
    for name in typology.classes_of(rows):
        again = pick(stability, in_class=name)
        body.append(
            [
                head(scope.code_text("class", name)),
                respondents(again, scope),
                number(pick(shares, in_class=name), scope),
                _decimal(again, scope, 2),
                Cell(_stable(again, french)),
            ]
        )
    first = published(shares).sort_values("in_class").iloc[0]
    name = scope.code_text("class", first["in_class"])
    value = numbers.share(first["estimate"], scope.lang)
    when = str(first["time"])
    reading = (
        f"en {when}, la classe «{NO_BREAK}{name}{NO_BREAK}» réunit {value} des espaces."
        if french
        else f"in {when}, the class “{name}” holds {value} of spaces."
    )
    return table(
        scope,
        pd.concat([shares, stability]),
        columns(*heads),
        body,
        writing.chosen(caption, scope.lang, "Classes d'espaces", when),
        reading,
        (_similarity(scope.lang),),
    )


def marks(
    scope: Scope, *, analysis: str = "typology", most: int = 7, caption: writing.Captions | None = None
) -> Table | Absent:
    """Return the answers that are more, then less, frequent in each class than among all spaces."""
    rows = typology.numbers_of(scope, analysis)
    shares = rows[(rows["measure"] == "share") & (rows["indicator"] != "class")]
    body: list[list[Cell]] = []
    groups: list[tuple[int, str]] = []
    used = []
    for name in typology.classes_of(rows):
        found = typology.marks_of(rows, name)
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
        return Absent(why_absent(rows[rows["measure"] == "test_value"], scope))
    french = scope.lang == "fr"
    heads = (
        ("answer", "Réponse" if french else "Answer"),
        ("inside", "Dans la classe" if french else "In the class"),
        ("whole", "Tous les espaces" if french else "All spaces"),
        ("test", "Valeur-test" if french else "Test value"),
    )
    shown = rows[rows["result_id"].isin(used)]
    when = str(shown["time"].iloc[0])
    line = body[0]
    reading = (
        f"«{NO_BREAK}{line[0].text}{NO_BREAK}»{NO_BREAK}: {line[1].text} des espaces de la première classe,"
        f" contre {line[2].text} de tous les espaces."
        if french
        else f"“{line[0].text}”: {line[1].text} of the spaces of the first class, {line[2].text} of all spaces."
    )
    return table(
        scope,
        shown,
        columns(*heads),
        body,
        writing.chosen(caption, scope.lang, "Ce qui caractérise chaque classe", when),
        reading.replace(f"{NARROW}*", ""),
        (_test_value(scope.lang),),
        groups,
    )


def _decimal(row: pd.Series | None, scope: Scope, decimals: int, signed: bool = False) -> Cell:
    """Return a diagnostic with its decimals; no mark beside each, since the note says what it is."""
    if row is None or row["quality"] == "suppress" or pd.isna(row["estimate"]):
        return number(row, scope)
    return Cell(numbers.decimal(row["estimate"], scope.lang, decimals, signed=signed), row["result_id"])


def _stable(row: pd.Series | None, french: bool) -> str:
    if row is None or pd.isna(row["estimate"]):
        return "nd"
    if row["estimate"] >= _STABLE:
        return "stable"
    return "instable" if french else "unstable"


def _similarity(lang: str) -> str:
    if lang == "fr":
        return (
            "Similitude de Jaccard entre la classe et celle qui lui ressemble le plus dans des échantillons tirés avec"
            " remise ; une classe est dite stable à partir de trois quarts."
        )
    return "Jaccard similarity with the nearest class of bootstrap samples; stable from three quarters."


def _test_value(lang: str) -> str:
    if lang == "fr":
        return (
            "La valeur-test mesure, en écarts-types, combien la réponse est plus fréquente (signe positif) ou moins"
            " fréquente (signe négatif) dans la classe qu'au hasard ; au-delà de deux en valeur absolue, l'écart est"
            " notable. Les réponses de trop peu d'espaces sont couvertes par le secret et n'apparaissent pas."
        )
    return "Test values tell, in standard deviations, how far a share is from what chance would give; two is notable."
