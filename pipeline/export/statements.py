"""The declared statements of an evaluation in words: what may be said, with which number, and how strongly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline import results
from pipeline.export.answers import indicator_name, named, when, written
from pipeline.export.findings import Finding, findings
from pipeline.export.prose import grid
from pipeline.wording.cautions import CAUTIONS
from pipeline.wording.numbers import NARROW, NO_BREAK
from pipeline.wording.phrases import EVIDENCE
from pipeline.wording.sentences import not_studied

if TYPE_CHECKING:
    from IPython.display import Markdown

_DIRECTIONS = {
    "fr": {
        "rise": "en hausse, ",
        "fall": "en baisse, ",
        "stable": "sans changement notable, ",
        "above": "au-dessus du seuil retenu, ",
        "below": "au-dessous du seuil retenu, ",
        "level": "",
    },
    "en": {
        "rise": "rising, ",
        "fall": "falling, ",
        "stable": "no notable change, ",
        "above": "above the declared level, ",
        "below": "below the declared level, ",
        "level": "",
    },
}
_NOTHING = {
    "fr": "rien ne peut être affirmé à partir de cette édition",
    "en": "nothing can be stated from this edition",
}
_UNDECLARED = {
    "fr": "Aucune règle déclarée : les conclusions donnent les nombres, sans constat gradué.",
    "en": "No rule declared: the conclusions give the numbers, without a graded statement.",
}
_WEAKENED = {"fr": f"{NARROW}; alerte{NO_BREAK}: ", "en": "; warning: "}
_HEADINGS = {"fr": ["Question", "Constats, et leur force"], "en": ["Question", "Statements, and their strength"]}


def statements(report: Any, caption: str, name: str) -> Markdown:
    """Return the declared statements as a table: a row a question, each statement with its number and strength.

    Parameters
    ----------
    report : the report of a document's cells, which writes the numbers.
    caption, name : caption and reference id of the table.

    Raises
    ------
    PublishError
        When a statement names a result that does not exist.
    """
    lang = report.lang
    table = results.read_once(report.evaluation.stage("protect") / "results.parquet")
    said: dict[str, list[str]] = {}
    for found in findings(report.evaluation, table):
        said.setdefault(found.question, []).append(_said(report, found))
    rows: list[list[object]] = [
        [
            q.fr if lang == "fr" else (q.en or q.fr),
            " ".join(said.get(q.id, [not_studied(lang)])) if q.statements else _UNDECLARED[lang],
        ]
        for q in report.evaluation.settings.questions
    ]
    return grid(_HEADINGS[lang], rows, caption, name, [34, 66], lang=lang)


def _said(report: Any, found: Finding) -> str:
    row, lang = found.row, report.lang
    name = named(report, indicator_name(report, f"{row['analysis']}.{row['indicator']}"), row)
    colon = f"{NO_BREAK}:" if lang == "fr" else ":"
    if not found.grade.strength:
        return f"{name}{colon} {_NOTHING[lang]}."
    words = f"{_DIRECTIONS[lang][found.grade.direction]}{written(report, row)}{when(report, row)}"
    weakened = [CAUTIONS[n].name[lang] for n in _warned(found) if n in CAUTIONS]
    because = f"{_WEAKENED[lang]}{', '.join(weakened)}" if weakened else ""
    return f"{name}{colon} {words} (*{EVIDENCE[found.grade.strength][lang]}*{because})."


def _warned(found: Finding) -> list[str]:
    return [r.removeprefix("warning_") for r in found.grade.reasons if r.startswith("warning_")]
