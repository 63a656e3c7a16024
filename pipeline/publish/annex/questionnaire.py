"""The questionnaire annex: every question in its exact wording, with answers, routing and waves."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.evaluation import Source
from pipeline.instrument import Condition, Instrument, Question, Text
from pipeline.instrument.composite_question import CompositeQuestion
from pipeline.publish.annex.blocks import Ground
from pipeline.publish.annex.fieldwork import titles, waves_of
from pipeline.wording import numbers
from pipeline.wording.blocks import Block
from pipeline.wording.language import of
from pipeline.wording.markdown import literal
from pipeline.wording.values import Wave

_WORDS = "_methods.questionnaire"
_TECHNICAL = ("respondent", "site", "weight", "stratum", "mode", "inclusion")
#: Unit of a number that its question says already.
_YEARS = "years"
#: Whole numbers from here on are no years.
_NO_YEAR = 10_000


def questionnaire(ground: Ground) -> Block:
    """Return the questionnaires of the surveys, each below its title where there are several.

    Questions that share a stem and a scale (a grid) are shown together. Technical columns are left to the codebook.
    """
    surveys = ground.evaluation.sources("survey")
    made = []
    for source in surveys:
        if len(surveys) > 1:
            made.append(f"### {titles(ground, [source])[0]} {{.unnumbered}}")
        made += ["::: {.questionnaire}", *_Annex(ground, source).blocks(), ":::"]
    return Block("\n\n".join(made))


def shared_start(texts: Sequence[str]) -> str:
    """Return the longest text with which all ``texts`` start."""
    if not texts:
        return ""
    same = itertools.takewhile(lambda letters: len(set(letters)) == 1, zip(*texts, strict=False))
    return "".join(letters[0] for letters in same)


@dataclass(frozen=True)
class _Annex:
    """The questionnaire of one survey in one language."""

    ground: Ground
    source: Source

    def blocks(self) -> Iterator[str]:
        """Yield the questions in order, those of a grid in one."""
        asked = [q for q in self._instrument.questions if _is_asked(q)]
        for _, group in itertools.groupby(asked, key=_grid):
            questions = list(group)
            yield self._one(questions[0]) if len(questions) == 1 else self._many(questions)
        for made in self._instrument.questions:
            if isinstance(made, CompositeQuestion):
                yield f"**{self._said(made.label or made.wording)}**\n\n{self._said(made.wording)}"

    @property
    def _instrument(self) -> Instrument:
        return self.ground.evaluation.instruments[self.source.name]

    @property
    def _waves(self) -> list[str]:
        return waves_of(self.ground.evaluation, self.source)

    def _one(self, question: Question) -> str:
        offered = (self._said(i.label) + self._only(i.waves) for i in question.items)
        answers = [*offered, *map(self._said, question.codes.values()), *self._missing(question), *self._free(question)]
        conditions = [self._condition(each) for each in question.asked_if]
        after = [self._fill("routed", conditions=self._joined(conditions, 0))] if conditions else []
        after += self._unasked(question)
        lines = [f"**{self._said(question.wording)}**", "", *(f"- {answer}" for answer in answers)]
        return "\n".join([*lines, *(["", " ".join(after)] if after else [])])

    def _many(self, questions: list[Question]) -> str:
        wordings = [q.wording.in_language(self.ground.lang) for q in questions]
        stem = shared_start(wordings)
        stem = stem[: max(stem.rfind("?"), stem.rfind(":")) + 1] or stem
        lines = [f"**{literal(stem.strip())}**", ""]
        for question, wording in zip(questions, wordings, strict=True):
            unasked = " ".join(self._unasked(question))
            lines.append(f"- {literal(wording.removeprefix(stem).strip())}{f' ({unasked})' if unasked else ''}")
        scale = [*map(self._said, questions[0].codes.values()), *self._missing(questions[0])]
        return "\n".join([*lines, "", self._fill("scale", codes=of(self.ground.lang).joined(scale, ";"))])

    def _free(self, question: Question) -> Iterator[str]:
        """Yield how a question without offered answers is answered: by a number within limits, or in free text."""
        if question.type in ("number", "count") and question.range and all(map(math.isfinite, question.range)):
            low, high = (_bound(bound, self.ground.lang) for bound in question.range)
            unit = literal(question.unit) if question.unit and question.unit != _YEARS else ""
            yield self._fill("range", low=low, high=high, measured=unit)
        if question.type == "open":
            yield self._word("open")

    def _missing(self, question: Question) -> list[str]:
        reasons = dict.fromkeys(question.missing.values())
        return [said for reason in reasons if (said := self._word(f"missing.{reason}"))]

    def _unasked(self, question: Question) -> list[str]:
        absent = [w for w in self._waves if not question.asked(w)]
        said = [self._fill("unasked", waves=self._times(absent))] if absent else []
        for wave in self._waves:
            own = question.wording_in(wave)
            if question.asked(wave) and own != question.wording:
                kept = self._word("kept" if question.history(wave).comparable else "dropped")
                said.append(self._fill("wording", wave=self._times([wave]), wording=self._said(own), kept=kept))
        return said

    def _only(self, offered: list[str] | None) -> str:
        if offered is None or set(offered) == set(self._waves):
            return ""
        return f" ({self._fill('offered', waves=self._times(offered))})"

    def _condition(self, condition: Condition) -> str:
        other = self._instrument.question(condition.question)
        title = literal(other.title(self.ground.lang) if other else condition.question)
        told = []
        if condition.codes is not None:
            known = other.codes if other else {}
            codes = [self._said(known[c]) if c in known else literal(str(c)) for c in condition.codes]
            told.append(self._fill("is", title=title, codes=self._joined(codes, 1)))
        for name, bound in (("at_least", condition.minimum), ("at_most", condition.maximum)):
            if bound is not None:
                told.append(self._fill(name, title=title, value=_bound(bound, self.ground.lang)))
        return self._joined(told, 0)

    def _times(self, waves: Iterable[str]) -> str:
        language = of(self.ground.lang)
        return self._joined([Wave(w, language).said(language.TIMES[0]) or "" for w in waves], 0)

    def _joined(self, texts: list[str], form: int) -> str:
        """Return texts joined by « et » (the language's first way) or « ou » (its second)."""
        language = of(self.ground.lang)
        return language.joined(texts, language.LISTS[form])

    def _said(self, text: Text) -> str:
        return literal(text.in_language(self.ground.lang))

    def _word(self, key: str) -> str:
        return self.ground.word(f"{_WORDS}.{key}")

    def _fill(self, key: str, **said: str) -> str:
        return self.ground.fill(f"{_WORDS}.{key}", **said)


def _bound(value: float, lang: str) -> str:
    """Return a limit as it was declared; thousands are set apart only where it cannot be a year."""
    decimals = len(f"{value:.10g}".partition(".")[2])
    if decimals or abs(value) >= _NO_YEAR:
        return numbers.decimal(value, lang, decimals)
    return f"{value:.0f}"


def _is_asked(question: Question) -> bool:
    answered = question.role is not None or bool(question.label) or bool(question.items)
    return question.role not in _TECHNICAL and answered and not isinstance(question, CompositeQuestion)


def _grid(question: Question) -> tuple[str, ...]:
    if question.type != "likert":
        return (question.name,)
    return ("grid", *(f"{k}={v.fr}" for k, v in question.codes.items()))


BLOCKS = {"questionnaire": questionnaire}
