"""Recommendations of an evaluation, each tied to the result that supports it: no result, no recommendation.

They are declared in ``surveys/<evaluation>/texts/recommendations.yaml``; the word for the evidence is decided by the
results, never typed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline import results
from pipeline.evaluation.recommendations import Previous, Recommendation, read_recommendations, recommendations_file
from pipeline.export.findings import graded
from pipeline.export.passages import literal_with_facts
from pipeline.export.prose import bullets, grid
from pipeline.wording import sentences
from pipeline.wording.markdown import literal, literal_texts
from pipeline.wording.phrases import EVIDENCE

if TYPE_CHECKING:
    from IPython.display import Markdown

    from pipeline.evaluation import Evaluation

_LIMIT = {"fr": "limite de cette édition", "en": "limit of this edition"}
_STATUSES = {
    "done": {"fr": "réalisée", "en": "done"},
    "partly": {"fr": "réalisée en partie", "en": "done in part"},
    "under_way": {"fr": "en cours", "en": "under way"},
    "not_started": {"fr": "non engagée", "en": "not begun"},
    "dropped": {"fr": "abandonnée", "en": "dropped"},
    "unknown": {"fr": "suite inconnue", "en": "not known"},
}
_FIRST = {
    "fr": "Première édition : aucune recommandation antérieure.",
    "en": "First edition: no earlier recommendation.",
}
#: Where a cost writes its amount; without an amount that may be told, nothing is said of it.
_AMOUNT = literal("{amount}")
_UNPRICED = {"fr": "non chiffré dans cette édition", "en": "not priced in this edition"}
_HEADINGS = {
    "fr": ["Action", "Qui décide", "Quand", "Coût", "Preuve"],
    "en": ["Action", "Who decides", "When", "Cost", "Evidence"],
}


def supported(report: Any) -> list[tuple[Recommendation, str]]:
    """Return the recommendations that the results support, each with the word for its evidence.

    Raises
    ------
    PublishError, ResultsError
        When the file is wrong, or names a result that does not exist.
    """
    return [(item, word) for item, word in _weighed(report) if word]


def unsupported(report: Any) -> list[Recommendation]:
    """Return the declared recommendations that this edition's results do not bear out."""
    return [item for item, word in _weighed(report) if not word]


def _weighed(report: Any) -> list[tuple[Recommendation, str]]:
    return [(item, _evidence(report, item)) for item in _declared(report.evaluation)]


def recommendations(report: Any, caption: str) -> Markdown:
    """Return the supported recommendations as a table: action, who decides, when, cost, evidence."""
    lang = report.lang
    rows: list[list[object]] = [
        [*(t.in_language(lang) for t in (r.action, r.who, r.when)), _cost(report, r), word]
        for r, word in supported(report)
    ]
    return grid(_HEADINGS[lang], rows, caption, "recommendations", [36, 17, 17, 18, 12])


def follow_up(report: Any) -> Markdown:
    """Return what became of the recommendations of the edition before, a line each.

    Raises
    ------
    PublishError
        When the file is wrong or names a fact that is not declared.
    """
    lang = report.lang
    path = recommendations_file(report.evaluation)

    def line(item: Previous) -> str:
        action, note = (
            literal_with_facts(text.in_language(lang), report.evaluation, report.fact, str(path))
            for text in (item.action, item.note)
        )
        return f"**{action}** (*{_STATUSES[item.status][lang]}*). {note}"

    lines = [line(item) for item in read_recommendations(report.evaluation).previous]
    return bullets(*(lines or [_FIRST[lang]]), lang=lang)


def evidence_of(evaluation: Evaluation) -> list[tuple[Path, str, str]]:
    """Return file, key and partial result_id of the evidence that each recommendation names.

    Raises
    ------
    PublishError
        When the file is wrong.
    """
    items = enumerate(read_recommendations(evaluation).recommendations)
    return [
        (recommendations_file(evaluation), f"recommendations.{i}.evidence", r.evidence) for i, r in items if r.evidence
    ]


def _cost(report: Any, item: Recommendation) -> str:
    said = item.cost.in_language(report.lang)
    if item.amount is None or not report.knows(item.amount) or not report.has(item.amount):
        return _UNPRICED[report.lang] if _AMOUNT in said else said
    amount = str(report.number(item.amount).data)
    return said.replace(_AMOUNT, amount) if _AMOUNT in said else f"{amount}, {said}"


def _declared(evaluation: Evaluation) -> list[Recommendation]:
    return list(map(literal_texts, read_recommendations(evaluation).recommendations))


def _evidence(report: Any, item: Recommendation) -> str:
    if item.evidence is None:
        return _LIMIT[report.lang]
    table = results.read_once(report.evaluation.stage("protect") / "results.parquet")
    if not _studied(report, table, item.evidence):
        return ""
    row = report.row(item.evidence)
    if not sentences.published(row):
        return ""
    found = graded(report.evaluation, table, row)
    if item.expects == "level":
        return EVIDENCE[found.strength or "moderate"][report.lang]
    return EVIDENCE[found.strength][report.lang] if found.direction == item.expects else ""


def _studied(report: Any, table: pd.DataFrame, evidence: str) -> bool:
    """Return whether the analysis that an action rests on was made in this edition."""
    made = {*table["analysis"].unique(), *(entry.name for entry in report.evaluation.settings.plan)}
    return evidence.partition(".")[0] in made
