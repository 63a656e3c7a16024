"""Frequency tables (« tris à plat »): every answer of the region, its raw number of answers and its weighted share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline import results
from pipeline.export.answers import indicator_name
from pipeline.export.prose import grid
from pipeline.wording import labels as words
from pipeline.wording import numbers

if TYPE_CHECKING:
    from IPython.display import Markdown

_MEASURES = ("share", "distribution")
_HEADINGS = {"fr": ("Réponses", "Part"), "en": ("Answers", "Share")}


def frequencies(report: Any, analysis: str, caption: str) -> Markdown:
    """Return the frequency table of an analysis: one line an answer, raw answers and share for each wave.

    Parameters
    ----------
    report : the report of a document's cells.
    analysis : name of the plan's entry.
    caption : caption of the table, whose reference id is ``tbl-frequencies-<analysis>``.
    """
    rows = _rows(report, analysis)
    count, share = _HEADINGS[report.lang]
    waves = sorted(rows["wave"].unique())
    body: list[list[object]] = []
    previous = ""
    for (indicator, domain), part in rows.groupby(["indicator", "domain"], sort=False):
        group = indicator_name(report, f"{analysis}.{indicator}")
        if domain and group != previous:
            body.append([f"**{group}**", *[""] * (2 * len(waves))])
        previous = group if domain else ""
        by_wave = {row["wave"]: row for row in part.to_dict("records")}
        cells = [cell for wave in waves for cell in _cells(report, by_wave.get(wave))]
        body.append([_answer(report, str(domain)) if domain else group, *cells])
    headings = ["", *(f"{what} {wave}" for wave in waves for what in (count, share))]
    right = range(1, len(headings))
    return grid(headings, body, caption, f"frequencies-{analysis}", [36, *[16] * (2 * len(waves))], right, report.lang)


def _rows(report: Any, analysis: str) -> pd.DataFrame:
    table = results.read(report.evaluation.stage("protect") / "results.parquet")
    own = table["domain"].map(lambda text: text.partition("=")[0])
    keep = (table["analysis"] == analysis) & table["measure"].isin(_MEASURES) & (table["territory_level"] == "region")
    keep &= table["population"].isin(["users", "inhabitants"]) & (table["method"] == "")
    keep &= (own == "") | (own == table["indicator"]) | (own == "answer")
    return table[keep & ~table["domain"].str.contains("/", regex=False)]


def _answer(report: Any, domain: str) -> str:
    variable, _, code = domain.partition("=")
    return words.age_band(code, report.lang) if variable.startswith("age") else str(report.text(domain))


def _cells(report: Any, row: dict[Any, Any] | None) -> tuple[str, str]:
    if row is None:
        return "–", "–"
    written = report.share(row["result_id"], decimals=1, absent="sign").data
    if row["quality"] == "suppress" or pd.isna(row["contributors"]):
        return report.share(row["result_id"], decimals=1, absent="sign").data, written
    answered = numbers.count(row["contributors"], report.lang)
    return f'[{answered}]{{.number data-result="{row["result_id"]}"}}', written
