"""Territories in words and beside the region: groups without a rank, survey results with the region's when withheld."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pipeline import results
from pipeline.errors import ResultsError
from pipeline.export.prose import bullets, grid
from pipeline.wording import notes, numbers, sentences
from pipeline.wording import withheld as hidden
from pipeline.wording.numbers import NARROW, NO_BREAK
from pipeline.wording.phrases import capital

if TYPE_CHECKING:
    import pandas as pd
    from IPython.display import Markdown

_GROUPS = {
    "above": "Au-dessus du reste de la région",
    "comparable": "Comparable au reste de la région, ou écart qui peut être dû au hasard",
    "below": "Au-dessous du reste de la région",
    "ns": "Effectif insuffisant pour publier",
    "np": "Estimation trop imprécise pour publier",
    "c": "Non diffusable (secret statistique)",
    "nd": "Donnée non disponible",
}


def grouped_territories(report: Any, gap: str) -> Markdown:
    """Return the territories by their gap with the rest of the region: above, comparable, below, or why it is hidden.

    Parameters
    ----------
    report : the report of a document's cells.
    gap : partial result_id of the gap, without its territory.
    """
    table = results.read_once(report.evaluation.stage("protect") / "results.parquet")
    level = report.evaluation.settings.territory.level
    rows = table[table["result_id"].str.startswith(f"{gap}/{level}=") & (table["domain"] == "")]
    groups: dict[str, list[str]] = {name: [] for name in _GROUPS}
    for row in rows.sort_values("territory").to_dict("records"):
        name = report.text(f"{level}={row['territory']}")
        groups[_group(row)].append(f'[{name}]{{.sentence data-result="{row["result_id"]}"}}')
    return bullets(*(f"**{_GROUPS[g]}**{NO_BREAK}: {numbers.listing(names)}." for g, names in groups.items() if names))


def _group(row: Mapping[Any, Any]) -> str:
    if not sentences.published(row):  # type: ignore[arg-type]
        return hidden.sign_of([row])
    if not sentences.established(row):  # type: ignore[arg-type]
        return "comparable"
    return "above" if row["estimate"] > 0 else "below"


def survey_beside_region(
    report: Any, rows: Mapping[str, str], caption: str, name: str, models: Mapping[str, str] | None = None
) -> Markdown:
    """Return survey results of a territory with the region's beside, « effectif insuffisant » where withheld.

    A model-based number stands in for a direct one that is withheld, and is said to be one.

    Parameters
    ----------
    report : the report of a territory's document.
    rows : what each line is called, and its partial result_id.
    caption, name : caption and reference id of the table.
    models : partial result_id of the model-based number of some lines.
    """
    from IPython.display import Markdown

    body: list[list[object]] = []
    example = None
    for said, result_id in rows.items():
        region = report.row(result_id, of="region")
        own = _cell(report, result_id, None, (models or {}).get(said))
        body.append([said, own, _cell(report, result_id, "region")])
        if example is None and sentences.published(region):
            example = (said, region)
    headings = ["", report.territory.name, report.region.name]
    table = grid(headings, body, caption, name, [40, 30, 30])
    return Markdown(f"{table.data}\n::: {{.exhibit-note}}\n{_note(report, example)}\n:::\n")


def covariates(report: Any) -> str:
    """Return what the area model of the plan predicts territories from, as it stands inside a sentence."""
    return str(report.text("small_areas:covariates"))


def modelled(report: Any, result_id: str, model: str, verb: str) -> str:
    """Return what a model says of a territory whose direct number is withheld, or why nothing is shown."""
    if not report.has(model):
        return withheld(report, result_id)
    where = capital(report.territory.dans)
    why = hidden.sign_of(_rows(_row(report, result_id, None)))
    return (
        f"{where}, {_NO_DIRECT[why]}{NO_BREAK}; une estimation par"
        f" modèle donne {report.share(model).data} des usagers qui {verb} ({report.interval(model).data})."
    )


_NO_DIRECT = {
    "c": "l'estimation directe est couverte par le secret statistique",
    "ns": "les réponses sont trop peu nombreuses pour une estimation directe",
    "np": "l'estimation directe est trop imprécise",
    "nd": "il n'y a pas d'estimation directe",
}


def withheld(report: Any, result_id: str) -> str:
    """Return why a survey result of a territory is not shown, and nothing of its value."""
    row = _row(report, result_id, None)
    return hidden.sentence(_rows(row), report.territory.dans, report.lang)


def _cell(report: Any, result_id: str, of: str | None, model: str | None = None) -> str:
    row = _row(report, result_id, of)
    if row is None or not sentences.published(row):
        if model is not None and report.has(model, of):
            return f"{report.number(model, of=of).data} ({report.interval(model, of=of).data}), estimation par modèle"
        return hidden.WHY[hidden.sign_of(_rows(row))][report.lang]
    written = report.number(result_id, of=of).data
    mark = f"{NARROW}\\*" if row["quality"] == "caution" else ""
    return f"{written}{mark} ({report.interval(result_id, of=of).data})"


def _rows(row: pd.Series | None) -> list[pd.Series]:
    return [] if row is None else [row]


def _row(report: Any, result_id: str, of: str | None) -> pd.Series | None:
    try:
        row: pd.Series = report.row(result_id, of=of)
    except ResultsError:
        return None
    return row


def _note(report: Any, example: tuple[str, pd.Series] | None) -> str:
    if example is None:
        return ""
    said, row = example
    value = report.number(row["result_id"]).data
    reading = f"{report.region.dans}, «{NO_BREAK}{said}{NO_BREAK}»{NO_BREAK}: {value} en {row['wave']}."
    population = f"{report.text('population=users')}."
    synthetic = " (données simulées)" if report.evaluation.settings.synthetic else ""
    origin = report.text(f"source={row['source']}")
    source = f"{origin} {row['wave']}{synthetic}."
    tail = [
        "Intervalles de confiance entre parenthèses.",
        "L'astérisque signale un résultat à interpréter avec prudence.",
    ]
    return notes.under(reading, population, source, report.lang, tail)
