"""Tables of money: who paid, what a visit or an hour costs, renewal under each rule, the criteria of the label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from pipeline.figures import writing
from pipeline.figures.output import Absent, Cell, Table
from pipeline.figures.scope import Scope, published, why_absent
from pipeline.figures.tables.cells import anything, columns, head, number, pick, respondents, table
from pipeline.results.time import in_order, is_span, years
from pipeline.wording import notes, numbers
from pipeline.wording.numbers import NO_BREAK


def financers(scope: Scope, *, analysis: str = "money", caption: writing.Captions | None = None) -> Table | Absent:
    """Return the amount of each financer over the period, its share, and the first and last years."""
    t = scope.rows(analysis, "spending", population="expenditure", by="financer")
    totals = scope.rows(analysis, "spending", "amount", population="expenditure")
    every = pd.concat([totals, t])
    if not anything(every):
        return Absent(why_absent(every, scope))
    span = next(iter(in_order(totals, spans=True)), "")
    years = in_order(totals, spans=False)
    french = scope.lang == "fr"
    heads = (
        ("financer", "Financeur" if french else "Financer"),
        ("span", numbers.period(span, scope.lang)),
        ("share", "Part" if french else "Share"),
        *((y, y) for y in (years[-2:] if years else [])),
    )
    body = []
    for code in [*t["code"].unique(), ""]:
        label = scope.code_text("financer", code) if code else ("Ensemble" if french else "All")
        amounts = [number(pick(every, code=code, measure="amount", time=when), scope) for when in (span, *years[-2:])]
        share = number(pick(t, code=code, measure="share"), scope) if code else Cell("–")
        body.append([head(label), amounts[0], share, *amounts[1:]])
    first = published(totals[totals["time"] == span])
    reading = ""
    if len(first):
        value = numbers.estimate(first["estimate"].iloc[0], "euro", scope.lang)
        when = numbers.period(span, scope.lang)
        reading = f"de {when}, les dépenses se sont élevées à {value}." if french else f"{when}: {value} were spent."
    shown = every[every["time"].isin([span, *years[-2:]])]
    default = "Dépenses selon le financeur, en euros hors taxes" if french else "Expenditure by financer, before tax"
    made = table(scope, shown, columns(*heads), body, writing.chosen(caption, scope.lang, default), reading)
    return _over_years(made, shown, scope)


_BEHIND = {
    "fr": "« Espaces » : ceux qui portent la dépense ; visites et heures sont celles de tous les espaces retenus.",
    "en": "“Spaces”: those that bear the expenditure; visits and hours are those of all the spaces kept.",
}


def unit_costs(scope: Scope, *, analysis: str = "money", caption: writing.Captions | None = None) -> Table | Absent:
    """Return costs per inhabitant, visit and trainee hour, each with its period and the spaces behind it."""
    t = scope.table
    rows = t[(t["analysis"] == analysis) & t["measure"].isin(["per_inhabitant", "per_visit", "per_training_hour"])]
    if not anything(rows):
        return Absent(why_absent(rows, scope))
    french = scope.lang == "fr"
    rank = {"per_inhabitant": 0, "per_visit": 1, "per_training_hour": 2}
    rows = rows.assign(_rank=rows["measure"].map(rank)).sort_values(["_rank", "domain"], kind="stable")
    heads = (
        ("cost", "Coût, hors taxes" if french else "Cost, before tax"),
        ("period", "Période" if french else "Period"),
        ("value", "Euros"),
        ("n", "Espaces" if french else "Spaces"),
    )
    body = [
        [
            head(_named(r, scope)),
            Cell(numbers.period(r["time"], scope.lang)),
            number(r, scope),
            respondents(r, scope),
        ]
        for _, r in rows.iterrows()
    ]
    first = published(rows).iloc[0]
    value = numbers.estimate(first["estimate"], "euro", scope.lang)
    quoted = f"«{NO_BREAK}{_named(first, scope)}{NO_BREAK}»"
    reading = f"{writing.in_time(first['time'], scope.lang)}, {quoted}{NO_BREAK}: {value}."
    if french and is_span(first["time"]):
        reading = f"de {numbers.period(first['time'])}, {quoted}{NO_BREAK}: {value}."
    default = "Coûts par habitant, par visite et par heure-stagiaire" if french else "Unit costs"
    said = _BEHIND[scope.lang]
    made = table(scope, rows, columns(*heads), body, writing.chosen(caption, scope.lang, default), reading, (said,))
    return _over_years(made, rows, scope)


def _over_years(made: Table, rows: pd.DataFrame, scope: Scope) -> Table:
    """Return the table with every year of its periods in its source, not their ends alone."""
    touched = sorted({year for period in rows["period"].unique() for year in years(period)})
    said = notes.source(rows["source"], list(map(str, touched)), scope.labels, scope.lang)
    return replace(made, notes=replace(made.notes, source=said))


def _named(row: pd.Series, scope: Scope) -> str:
    """Return what a unit cost is: the measure and every part of its domain in words."""
    name = scope.text(f"{row['analysis']}.{row['indicator']}.{row['measure']}")
    parts = [
        scope.text(pair) for pair in str(row["domain"]).split("/") if pair and not pair.startswith("population_year")
    ]
    year = [p.partition("=")[2] for p in str(row["domain"]).split("/") if p.startswith("population_year")]
    if year:
        parts.append(f"population de {year[0]}" if scope.lang == "fr" else f"population of {year[0]}")
    return f"{name} ({', '.join(p[:1].lower() + p[1:] if i else p for i, p in enumerate(parts))})" if parts else name


def renewal(scope: Scope, *, analysis: str = "money", caption: writing.Captions | None = None) -> Table | Absent:
    """Return, for each rule, who would pay for the renewal of old equipment."""
    rows = scope.rows(analysis, "renewal", population="spaces", by="rule")
    aid = rows[rows["measure"] == "aid"]
    if not anything(aid):
        return Absent(why_absent(aid if len(aid) else rows, scope))
    french = scope.lang == "fr"
    heads = [
        ("rule", "Règle" if french else "Rule"),
        ("aid", "Aide de la Région, tous espaces" if french else "Aid, all spaces"),
        ("remaining", "Reste à charge" if french else "Remaining"),
        ("aid_share", "Taux d'aide effectif" if french else "Effective rate"),
        ("capped", "Espaces au plafond" if french else "Spaces at the ceiling"),
        ("aid_payable", "Aide, espaces éligibles et enveloppe" if french else "Aid, eligible spaces and budget"),
    ]
    body = [
        [head(scope.code_text("rule", c)), *(number(pick(rows, code=c, measure=m), scope) for m, _ in heads[1:])]
        for c in rows["code"].unique()
    ]
    first = published(aid).iloc[0]
    value = numbers.estimate(first["estimate"], "euro", scope.lang)
    rule = f"«{NO_BREAK}{scope.code_text('rule', first['code'])}{NO_BREAK}»"
    reading = f"sous la règle {rule}, l'aide serait de {value}." if french else f"under {rule}, aid would be {value}."
    default = "Renouvellement du matériel ancien selon la règle d'aide, en euros hors taxes"
    return table(
        scope, rows, columns(*heads), body, writing.chosen(caption, scope.lang, default), reading, people=_old(scope)
    )


def _old(scope: Scope) -> str:
    return "espaces ouverts dont le matériel est à renouveler." if scope.lang == "fr" else "open spaces to renew."


def criteria(scope: Scope, *, analysis: str = "money", caption: writing.Captions | None = None) -> Table | Absent:
    """Return how many labelled spaces meet each criterion of the label, and all of them."""
    rows = scope.rows(analysis, "label_criteria", population="spaces", by="criterion")
    labelled = rows[rows["measure"] == "labelled"]
    if not anything(labelled):
        return Absent(why_absent(labelled if len(labelled) else rows, scope))
    french = scope.lang == "fr"
    heads = (
        ("criterion", "Critère" if french else "Criterion"),
        ("labelled", "Espaces labellisés qui le remplissent" if french else "Labelled spaces that meet it"),
        ("known", "Espaces labellisés où il est connu" if french else "Labelled spaces where it is known"),
    )
    body: Sequence[Sequence[Cell]] = [
        [head(scope.code_text("criterion", r["code"])), number(r, scope), respondents(r, scope)]
        for _, r in labelled.iterrows()
    ]
    first = published(labelled).iloc[0]
    value = numbers.count(first["estimate"], scope.lang)
    name = scope.code_text("criterion", first["code"])
    reading = f"le critère «{NO_BREAK}{name}{NO_BREAK}» est rempli par {value} espaces labellisés."
    if not french:
        reading = f"“{name}”: met by {value} labelled spaces."
    default = "Critères du label remplis d'après le registre" if french else "Criteria of the label met"
    return table(scope, labelled, columns(*heads), body, writing.chosen(caption, scope.lang, default), reading)
