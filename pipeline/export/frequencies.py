"""Frequency tables (« tris à plat »): every answer of the region, how many answered the question, the weighted share.

How many gave one answer stays private (protect withholds numbers of contributors): the base is printed instead.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline import results
from pipeline.export.answers import indicator_name
from pipeline.export.columns import DECIMALS
from pipeline.export.prose import grid
from pipeline.wording import labels as words

if TYPE_CHECKING:
    from IPython.display import Markdown

_MEASURES = ("share", "distribution")
_HEADINGS = {"fr": ("Réponses", "Part"), "en": ("Answers", "Share")}


def frequencies(report: Any, analysis: str, caption: str) -> Markdown:
    """Return the frequency table of an analysis: one line an answer, respondents to the question and share by wave.

    Parameters
    ----------
    report : the report of a document's cells.
    analysis : name of the plan's entry.
    caption : caption of the table, whose reference id is ``tbl-frequencies-<analysis>``.
    """
    rows = _rows(report, analysis)
    count, share = _HEADINGS[report.lang]
    waves = list(dict.fromkeys(rows.sort_values("order", kind="stable")["wave"]))
    body: list[list[object]] = []
    previous = ""
    for (indicator, domain), part in rows.groupby(["indicator", "domain"], sort=False):
        key = f"{analysis}.{indicator}"
        group = report.text(key) if str(domain).startswith("answer=") else indicator_name(report, key)
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
    table = results.read_once(report.evaluation.stage("protect") / "results.parquet")
    own = table["domain"].map(lambda text: text.partition("=")[0])
    keep = (table["analysis"] == analysis) & table["measure"].isin(_MEASURES) & (table["territory_level"] == "region")
    keep &= table["population"].isin(["users", "inhabitants", "non_users", "respondents"]) & (table["method"] == "")
    keep &= (own == "") | (own == table["indicator"]) | (own == "answer")
    rows = table[keep & ~table["domain"].str.contains("/", regex=False)]
    order, last = _order(report), len(table)
    codes = rows["domain"].map(lambda text: text.rpartition("=")[2])
    rows = rows.assign(
        _indicator=rows["indicator"].map(lambda name: order.get(name, last)),
        _code=[
            order.get(c, last) if name in order else _leading(c)
            for name, c in zip(rows["indicator"], codes, strict=True)
        ],
    )
    return rows.sort_values(["_indicator", "indicator", "_code"], kind="stable")


def _leading(code: str) -> int:
    """Return the number that a code of a derived variable starts with: 2 of « 2-4 », 60 of « 60+ »."""
    found = re.match(r"\d+", code)
    return int(found.group()) if found else 999


def _answer(report: Any, domain: str) -> str:
    variable, _, code = domain.partition("=")
    return words.age_band(code, report.lang) if variable.startswith("age") else str(report.text(domain))


def _cells(report: Any, row: dict[Any, Any] | None) -> tuple[str, str]:
    if row is None:
        return "–", "–"
    asked = "–" if pd.isna(row["n"]) else report.n(row["result_id"]).data
    return asked, report.share(row["result_id"], decimals=1, absent="sign").data


def _order(report: Any) -> dict[str, int]:
    """Return the place of every question, item and code in the instruments, by name."""
    names: list[str] = []
    for source in report.evaluation.sources("survey"):
        for question in report.evaluation.instruments[source.name].questions:
            names += [question.name, question.name.partition("_")[2], *(i.name for i in question.items)]
            names += map(results.part, question.codes)
    return {name: place for place, name in reversed(list(enumerate(names)))}


def fingerprint(report: Any) -> str:
    """Return twelve characters that change whenever a published number does, at the precision of the data annex."""
    table = results.read_once(report.evaluation.stage("protect") / "results.parquet").sort_values("result_id")
    lines = (f"{i} {e:.{DECIMALS}f}" for i, e in zip(table["result_id"], table["estimate"], strict=True))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
