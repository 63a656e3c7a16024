"""The questionnaire annex: every question in its exact wording, with answers, routing and waves."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.export.codebook import MISSING, routing
from pipeline.instrument import Question
from pipeline.wording.markdown import literal

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation

_TECHNICAL = ("respondent", "site", "weight", "stratum", "mode", "inclusion")


def questionnaire(evaluation: Evaluation, source: str) -> str:
    """Return the questionnaire of a survey as Markdown, inside a division of class ``questionnaire``.

    Questions that share a stem and a scale (a grid) are shown together. Technical columns are left to the codebook.
    """
    asked = [q for q in evaluation.instruments[source].questions if _is_asked(q)]
    waves = [w.name for w in evaluation.settings.waves]
    blocks = []
    for _, group in itertools.groupby(asked, key=_grid):
        questions = list(group)
        blocks.append(_one(questions[0], evaluation, source, waves) if len(questions) == 1 else _many(questions, waves))
    return "::: {.questionnaire}\n\n" + "\n\n".join(blocks) + "\n\n:::\n"


def shared_start(texts: Sequence[str]) -> str:
    """Return the longest text with which all ``texts`` start."""
    if not texts:
        return ""
    same = itertools.takewhile(lambda letters: len(set(letters)) == 1, zip(*texts, strict=False))
    return "".join(letters[0] for letters in same)


def _is_asked(question: Question) -> bool:
    answered = question.role is not None or bool(question.label) or bool(question.items)
    return question.role not in _TECHNICAL and answered


def _grid(question: Question) -> tuple[str, ...]:
    if question.type != "likert":
        return (question.name,)
    return ("grid", *(f"{k}={v.fr}" for k, v in question.codes.items()))


def _one(question: Question, evaluation: Evaluation, source: str, waves: list[str]) -> str:
    lines = [f"**{literal(question.wording.fr)}**", ""]
    lines += [f"- {literal(i.label.fr)}{_only(i.waves, waves)}" for i in question.items]
    lines += [f"- {literal(text.fr)}" for text in question.codes.values()]
    lines += [f"- {reason}" for reason in _missing(question)]
    if question.type in ("number", "count") and question.range:
        low, high = (f"{bound:g}".replace(".", ",") for bound in question.range)
        unit = f" {literal(question.unit)}" if question.unit and question.unit != "years" else ""
        lines.append(f"- réponse en clair, de {low} à {high}{unit}")
    if question.type == "open":
        lines.append("- réponse libre")
    conditions = routing(question, evaluation, source)
    after = [f"Posée si {' et '.join(literal(c) for c in conditions)}."] if conditions else []
    after += _unasked(question, waves)
    return "\n".join([*lines, *(["", " ".join(after)] if after else [])])


def _many(questions: list[Question], waves: list[str]) -> str:
    stem = shared_start([q.wording.fr for q in questions])
    stem = stem[: max(stem.rfind("?"), stem.rfind(":")) + 1] or stem
    scale = " ; ".join(literal(text.fr) for text in questions[0].codes.values())
    lines = [f"**{literal(stem.strip())}**", ""]
    for question in questions:
        unasked = " ".join(_unasked(question, waves))
        lines.append(f"- {literal(question.wording.fr.removeprefix(stem).strip())}{f' ({unasked})' if unasked else ''}")
    reasons = "".join(f" ; {r}" for r in _missing(questions[0]))
    return "\n".join([*lines, "", f"Échelle : {scale}{reasons}."])


def _missing(question: Question) -> list[str]:
    return list(dict.fromkeys(MISSING[r] for r in question.missing.values() if r not in ("routed", "no_answer")))


def _unasked(question: Question, waves: list[str]) -> list[str]:
    absent = [w for w in waves if not question.asked(w)]
    said = [f"Question non posée en {' et '.join(absent)}."] if absent else []
    for wave in waves:
        own = question.wording_in(wave)
        if question.asked(wave) and own != question.wording:
            kept = "gardée" if question.history(wave).comparable else "écartée"
            said.append(f"Formulation en {wave} : « {literal(own.fr)} » ; comparaison {kept}.")
    return said


def _only(offered: list[str] | None, waves: list[str]) -> str:
    return f" (proposé en {' et '.join(offered)})" if offered is not None and set(offered) != set(waves) else ""
