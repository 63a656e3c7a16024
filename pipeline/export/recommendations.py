"""Recommendations of an evaluation, each tied to the result that supports it: no result, no recommendation.

They are declared in ``surveys/<evaluation>/texts/recommendations.yaml``; the word for the evidence is decided by the
results, never typed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

from pipeline import results
from pipeline.errors import PublishError
from pipeline.export.findings import graded
from pipeline.export.prose import grid
from pipeline.instrument import Text, read_yaml, validate
from pipeline.wording import sentences
from pipeline.wording.phrases import EVIDENCE

if TYPE_CHECKING:
    from IPython.display import Markdown

    from pipeline.evaluation import Evaluation

_LIMIT = {"fr": "limite de cette édition", "en": "limit of this edition"}
_HEADINGS = {
    "fr": ["Action", "Qui décide", "Quand", "Coût", "Preuve"],
    "en": ["Action", "Who decides", "When", "Cost", "Evidence"],
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Recommendation(_Strict):
    """One action. ``evidence`` is a partial result_id of the region that must have moved as ``expects`` says.

    ``expects: level`` asks only that the result be published; without ``evidence`` the action answers a limit.
    """

    action: Text
    who: Text
    when: Text
    cost: Text
    evidence: str | None = None
    expects: Literal["rise", "fall", "level"] = "level"


class Recommendations(_Strict):
    """The content of recommendations.yaml."""

    recommendations: list[Recommendation]


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
        [*(t.in_language(lang) for t in (r.action, r.who, r.when, r.cost)), word] for r, word in supported(report)
    ]
    return grid(_HEADINGS[lang], rows, caption, "recommendations", [40, 18, 18, 12, 12])


def _declared(evaluation: Evaluation) -> list[Recommendation]:
    path = evaluation.folder / "texts" / "recommendations.yaml"
    if not path.is_file():
        return []
    content, node = read_yaml(path, PublishError)
    return validate(Recommendations, content, node, path, PublishError).recommendations


def _evidence(report: Any, item: Recommendation) -> str:
    if item.evidence is None:
        return _LIMIT[report.lang]
    row = report.row(item.evidence)
    if not sentences.published(row):
        return ""
    table = results.read(report.evaluation.stage("protect") / "results.parquet")
    found = graded(report.evaluation, table, row)
    if item.expects == "level":
        return EVIDENCE[found.strength or "moderate"][report.lang]
    return EVIDENCE[found.strength][report.lang] if found.direction == item.expects else ""
