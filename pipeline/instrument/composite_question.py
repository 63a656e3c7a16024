"""A composite as the question that the rest of the program sees."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.instrument.composite import RULES, Composite
from pipeline.instrument.declaration import Condition, Text
from pipeline.instrument.derived import composite_texts, phrase
from pipeline.instrument.model import Instrument, Item, Question

#: The codes of a composite.
MET, UNMET = "yes", "no"


class CompositeQuestion(Question):
    """A composite as the question that the rest of the program sees; nobody was asked it."""

    rule: Composite
    questions: tuple[Question, ...]

    def asked(self, wave: str | None) -> bool:
        """Return whether a wave asked every part, and offered its answers."""
        return all(_offered(q, part, wave) for part, q in self.of_parts)

    def comparable(self, first: str, last: str) -> bool:
        """Return whether two waves may be compared: as every part may."""
        return self.asked(first) and self.asked(last) and all(q.comparable(first, last) for q in self.questions)

    def routing(self, wave: str | None) -> list[Condition]:
        """Return the conditions under which all parts were put; none where they were put to different people."""
        return _common([q.routing(wave) for q in self.questions])

    def columns(self, wave: str | None) -> dict[str, str]:
        """Return no column: nothing was received."""
        return {}

    @property
    def of_parts(self) -> list[tuple[Condition, Question]]:
        """Return every part with its question."""
        return list(zip(self.rule.parts, self.questions, strict=True))

    @property
    def boxes(self) -> tuple[Question, list[str]] | None:
        """Return the question and its items where one box of several of one question is enough, else None."""
        first = self.questions[0]
        if first.type != "multiple" or self.rule.least > 1 or any(q.name != first.name for q in self.questions):
            return None
        return first, [str(code) for part in self.rule.parts for code in part.codes or []]


def _offered(question: Question, part: Condition, wave: str | None) -> bool:
    if not question.asked(wave):
        return False
    if question.type == "multiple":
        offered = {i.name for i in question.offered(wave)}
        return all(str(code) in offered for code in part.codes or [])
    counted = {str(code) for code in part.codes or []}
    return all(question.offers(wave, code) for code in question.codes if str(code) in counted)


def _common(routings: Sequence[list[Condition]]) -> list[Condition]:
    return list(routings[0]) if all(r == routings[0] for r in routings) else []


def with_composites(instrument: Instrument) -> Instrument:
    """Return the instrument with a question for each of its composites, in order; later ones may use earlier ones.

    Raises
    ------
    ValueError
        A composite is named like a column, or a part names a question or an answer that is not there.
    """
    known = {q.name: q for q in instrument.questions}
    taken = {c for q in instrument.questions for c in q.clean_columns()}
    made: list[Question] = []
    for rule in instrument.composites:
        if rule.name in taken:
            raise ValueError(f"composite '{rule.name}' is named like another column; give it a name of its own")
        question = _question(rule, tuple(_part(rule, part, known) for part in rule.parts))
        known[rule.name] = question
        taken.add(rule.name)
        made.append(question)
    return instrument.model_copy(update={"questions": [*instrument.questions, *made]}) if made else instrument


def _part(rule: Composite, part: Condition, known: dict[str, Question]) -> Question:
    question = known.get(part.question)
    if question is None:
        raise ValueError(f"composite '{rule.name}' names an unknown question '{part.question}'; known: {list(known)}")
    if question.role in ("identifier", "open_text", "respondent") or question.type in ("open", "text", "key"):
        raise ValueError(f"composite '{rule.name}': answers to '{part.question}' ({question.type}) are not counted")
    allowed = {i.name for i in question.items} if question.type == "multiple" else {str(c) for c in question.codes}
    if part.codes is None and allowed:
        raise ValueError(f"composite '{rule.name}': say which answers to '{part.question}' count, as `codes:`")
    if part.codes is not None and (lost := [c for c in part.codes if str(c) not in allowed]):
        raise ValueError(
            f"composite '{rule.name}': '{part.question}' has no answer {lost[0]!r}; allowed: {sorted(allowed)}"
        )
    return question


def _question(rule: Composite, parts: tuple[Question, ...]) -> CompositeQuestion:
    return CompositeQuestion(
        name=rule.name,
        type="single",
        role="outcome",
        label=rule.label,
        wording=_told(rule, parts),
        codes={MET: composite_texts("met"), UNMET: composite_texts("unmet")},
        asked_if=_common([q.asked_if for q in parts]),
        note=rule.note,
        rule=rule,
        questions=parts,
    )


def _told(rule: Composite, questions: tuple[Question, ...]) -> Text:
    """Return how the composite is made, in every language that its parts and the program have in common."""
    key = next(k for k in RULES if getattr(rule, k))
    said = {}
    for lang in ("fr", "en"):
        parts = [_part_said(part, q, lang) for part, q in zip(rule.parts, questions, strict=True)]
        said[lang] = phrase(key, lang, n=str(rule.least), parts=phrase("between", lang).join(parts))
    return Text(**said)


def _part_said(part: Condition, question: Question, lang: str) -> str:
    title = question.title(lang)
    if part.codes is not None:
        labels: dict[str, Text] = {str(c): t for c, t in question.codes.items()} | _items(question.items)
        answers = [labels[str(c)].in_language(lang) for c in part.codes]
        return phrase("answers", lang, title=title, answers=", ".join(answers))
    bounds = [("least", part.minimum), ("most", part.maximum)]
    return ", ".join(phrase(key, lang, title=title, bound=f"{b:g}") for key, b in bounds if b is not None)


def _items(items: Sequence[Item]) -> dict[str, Text]:
    return {i.name: i.label for i in items}
