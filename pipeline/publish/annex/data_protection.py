"""The data protection notice: what is processed, why, how long, and whom to write to, from what is declared.

The heads are those of articles 13 and 14 of the GDPR (regulation (EU) 2016/679).
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.evaluation import Evaluation, Privacy
from pipeline.instrument import Question, Text
from pipeline.publish.annex.blocks import Ground, Maker
from pipeline.wording.blocks import Block, bullets
from pipeline.wording.language import of
from pipeline.wording.markdown import literal
from pipeline.wording.phrases import uncapital

_WORDS = "_privacy"
_FIRST = ("controller", "purpose", "legal_basis", "recipients")


def data_protection(ground: Ground) -> Block:
    """Return the notice as a list; what nobody declared is said to be lacking, never made up."""
    privacy = ground.evaluation.settings.privacy
    first = list(_declared(ground, privacy)) if privacy else [ground.word(f"{_WORDS}.lacking")]
    last = _last(ground, privacy) if privacy else []
    return Block(bullets([*first, _processed(ground), _comments(ground), _research(ground), *last]))


def contact(ground: Ground) -> Block:
    """Return whom to write to, where it is declared."""
    privacy = ground.evaluation.settings.privacy
    text = ground.evaluation.settings.contact or (privacy.contact if privacy else None)
    return Block(_said(ground, "contact", text) if text else "")


def _said(ground: Ground, key: str, text: Text) -> str:
    return ground.fill(f"{_WORDS}.{key}", text=literal(text.in_language(ground.lang)))


def _declared(ground: Ground, privacy: Privacy) -> Iterator[str]:
    for head in _FIRST:
        if text := getattr(privacy, head):
            yield _said(ground, head, text)


def _last(ground: Ground, privacy: Privacy) -> list[str]:
    default = ground.fill(f"{_WORDS}.rights", text=ground.word(f"{_WORDS}.default-rights"))
    rights = _said(ground, "rights", privacy.rights) if privacy.rights else default
    return [_said(ground, "retention", privacy.retention), rights, _said(ground, "contact", privacy.contact)]


def _processed(ground: Ground) -> str:
    """Return what the instruments collect of persons, and what becomes of it while it is read."""
    evaluation = ground.evaluation
    surveyed, listed = bool(evaluation.sources("survey")), bool(evaluation.sources("enrolments"))
    born = any(q.role == "birth_date" for q in _questions(evaluation))
    parts = {
        "lists": ground.fill(f"{_WORDS}.processed.lists") if listed else "",
        "identifiers": _identifiers(ground),
        "births": ground.word(f"{_WORDS}.processed.births") if born else "",
        "communes": ground.word(f"{_WORDS}.processed.communes"),
    }
    kind = "surveyed" if surveyed else "listed" if listed else "none"
    return ground.fill(f"{_WORDS}.processed.{kind}", **parts)


def _identifiers(ground: Ground) -> str:
    asked = [q.title(ground.lang) for q in _questions(ground.evaluation) if q.role == "identifier"]
    named = [literal(uncapital(text).rstrip(" .:?")) for text in dict.fromkeys(asked)]
    if not named:
        return ""
    quoted = [ground.fill(f"{_WORDS}.processed.question", text=text) for text in named]
    questions = of(ground.lang).joined([f"[{text}]{{.questionnaire}}" for text in quoted], ";")
    return ground.fill(f"{_WORDS}.processed.identifiers", questions=questions)


def _questions(evaluation: Evaluation) -> list[Question]:
    return [question for instrument in evaluation.instruments.values() for question in instrument.questions]


def _comments(ground: Ground) -> str:
    questions = _questions(ground.evaluation)
    if not any(q.role == "open_text" or (q.type == "open" and q.role != "identifier") for q in questions):
        return ""
    coded = any(s.comments for s in ground.evaluation.settings.sources)
    return ground.fill(f"{_WORDS}.open", coded=ground.word(f"{_WORDS}.coded") if coded else "")


def _research(ground: Ground) -> str:
    return ground.word(f"{_WORDS}.research") if ground.evaluation.settings.research_file is not None else ""


BLOCKS: dict[str, Maker] = {"data-protection": data_protection, "contact": contact}
