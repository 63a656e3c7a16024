"""The warnings that the statistics raise about themselves, as documents show them: callouts, lines, and a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline import results
from pipeline.errors import PublishError
from pipeline.export.prose import bullets, grid, paragraph
from pipeline.state.warnings import CHECKS, WARNING, concerned, raised
from pipeline.wording.cautions import CAUTIONS, Caution

if TYPE_CHECKING:
    from IPython.display import Markdown

_TITLE = {"fr": "À lire avec prudence", "en": "Read with caution"}
_HEADINGS = {
    "fr": ["Contrôle", "Ce qu'il cherche", "Ce qu'il a trouvé"],
    "en": ["Check", "What it looks for", "What it found"],
}
_FOUND = {"fr": ("Rien de tel", "Alerte levée"), "en": ("Nothing", "Warning raised")}
_NONE = {
    "fr": "Aucune alerte sur la méthode n'est contrôlée dans cette édition.",
    "en": "No warning about the method is checked in this edition.",
}


def cautions(report: Any, *analyses: str) -> Markdown:
    """Return a callout for every raised warning that concerns one of some analyses; nothing when none is raised."""
    table = _table(report)
    told = [name for name in raised(table) if any(concerned(name, analysis) for analysis in analyses)]
    boxes = [
        f'\n::: {{.callout-warning title="{_TITLE[report.lang]}"}}\n{_caution(name).means[report.lang]}\n:::\n'
        for name in told
    ]
    return paragraph("\n".join(boxes), lang=report.lang)


def unknowns(report: Any) -> Markdown:
    """Return a line for every raised warning; nothing when none is raised."""
    lines = (_unknown(_caution(name), report.lang) for name in raised(_table(report)))
    return bullets(*lines, lang=report.lang)


def checks(report: Any, caption: str, name: str) -> Markdown:
    """Return the table of all warnings that were looked for, raised or not.

    Parameters
    ----------
    report : the report of a document's cells.
    caption, name : caption and reference id of the table.
    """
    lang = report.lang
    table = _table(report)
    looked = table[(table["analysis"] == CHECKS) & (table["measure"] == WARNING) & table["estimate"].notna()]
    if looked.empty:
        return paragraph(_NONE[lang], lang=lang)
    rows: list[list[object]] = []
    for check, found in looked.groupby("indicator", sort=False):
        caution = _caution(str(check))
        up = bool((found["estimate"] >= 0.5).any())
        rows.append([_capital(caution.name[lang]), _capital(caution.looking[lang]), _FOUND[lang][up]])
    return grid(_HEADINGS[lang], rows, caption, name, [26, 54, 20], lang=lang)


def _caution(name: str) -> Caution:
    if name not in CAUTIONS:
        raise PublishError("a warning has no words", where="wording.cautions", found=name, allowed=sorted(CAUTIONS))
    return CAUTIONS[name]


def _unknown(caution: Caution, lang: str) -> str:
    return f"**{_capital(caution.name[lang])}.** {caution.means[lang]}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _table(report: Any) -> pd.DataFrame:
    return results.read_once(report.evaluation.stage("protect") / "results.parquet")
