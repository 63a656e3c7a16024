"""Lists of a document: what belongs to the evaluation as a whole, put together from statements and declared texts."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pipeline import results
from pipeline.errors import PublishError
from pipeline.evaluation import Evaluation, Question
from pipeline.evaluation.recommendations import Recommendation, read_recommendations, recommendations_file
from pipeline.instrument import Text
from pipeline.publish.documents.expansion import Item, fact_text
from pipeline.results.significance import published
from pipeline.results.statement import STRENGTHS, Statement
from pipeline.stages.state import ANSWERS, RECOMMENDATIONS, perimeter
from pipeline.state.ranking import ranked
from pipeline.state.recommendations import about
from pipeline.wording import values
from pipeline.wording.dependence import once
from pipeline.wording.language import of
from pipeline.wording.speaking import Speaker

#: What the shortcode `list` may show.
LISTS = (
    "ranked",
    "answers",
    "briefed",
    "press",
    "findings",
    "recommendations",
    "actions",
    "unsupported",
    "follow-up",
    "evaluated",
    "needs-months",
)
_FACT = re.compile(r"\{fact ([^{}\s]+)\}")
_AMOUNT = "{amount}"
#: The single wave of a partial result_id.
_WAVE = re.compile(r"wave=([^/.]+)(?=/|$)")
_HOLES = re.compile(rf"{_FACT.pattern}|{re.escape(_AMOUNT)}")
#: Verdicts of numbers that are told as they are, against nothing.
_PLAIN = ("stated", "counted")
#: How many findings stand for the answer to a question that has no table of verdicts.
MOST = 2


@dataclass(frozen=True)
class Lists:
    """What the lists of a language are made of.

    made : statements of all places.   facts : declared figures, as Markdown.
    """

    evaluation: Evaluation
    speaker: Speaker
    made: list[Statement]
    facts: Mapping[str, str]

    def of(self, place: str) -> Mapping[str, list[Item]]:
        """Return every list by its name, made when it is asked for; all but the ranking are those of the perimeter."""
        return _Made({"ranked": lambda: self._unsaid(place), **self._of_perimeter})

    @cached_property
    def _answered(self) -> set[str]:
        """Return the numbers that the answers of the brief tell."""
        return {
            result
            for question in self._for_the_brief()
            if question.id in self._read(ANSWERS)
            for result in self._numbers(question).values()
        }

    @cached_property
    def _of_perimeter(self) -> dict[str, Callable[[], list[Item]]]:
        """Return the lists that are the same whatever the place, made once for all documents of a language."""
        return {
            "answers": once(lambda: list(self._answers())),
            "briefed": once(lambda: list(self._briefed())),
            "press": once(lambda: list(self._press())),
            "findings": once(lambda: list(self._findings())),
            "recommendations": once(lambda: self._recommendations(True)),
            "actions": once(lambda: self._recommendations(True, because=False)),
            "unsupported": once(lambda: self._recommendations(False)),
            "follow-up": once(lambda: list(self._follow_up())),
            "evaluated": once(lambda: list(self._evaluated())),
            "needs-months": once(lambda: list(self._needing_months())),
        }

    def _unsaid(self, place: str) -> list[Item]:
        """Return the ranking of a place; what answers say already, beside which it stands, is not ranked."""
        ranking = list(self._ranked(place))
        if place != perimeter(self.evaluation):
            return ranking
        ranking = [each for each in ranking if not self._answered.intersection(each.result_ids[:1])]
        first = next((each.text for each in self._of_perimeter["answers"]()), "")
        return [each for each in ranking if each.text not in first]

    def _needing_months(self) -> Iterator[Item]:
        """Yield what is not answered because the returns are of longer periods than months."""
        names = [entry.name for entry in self.evaluation.withheld.values()]
        if names:
            yield Item(f"withheld.{'.'.join(names)}", "withheld", self.speaker.label("returns=withheld"), ())

    @property
    def lang(self) -> str:
        """Return the language."""
        return self.speaker.words.lang

    @property
    def _sayable(self) -> dict[str, Statement]:
        """Return, by id, what is said of a statement: itself; of an item of a list, itself where it may stand alone."""
        return self._all_sayable()

    @cached_property
    def _all_sayable(self) -> Callable[[], dict[str, Statement]]:
        return once(self._each_sayable)

    def _each_sayable(self) -> dict[str, Statement]:
        items = {i.id: self._standing(i, within) for s in self.made for i, within in items_within(s)}
        return {**items, **{s.id: s for s in self.made}}

    def _standing(self, item: Statement, within: Sequence[Statement]) -> Statement:
        """Return an item that may stand alone, else the smallest of the lists around it that may, else the whole."""
        return next((each for each in (item, *within[:-1]) if self.speaker.alone(each)), within[-1])

    def _ranked(self, place: str) -> Iterator[Item]:
        alone = [s for name, s in self._sayable.items() if s.id == name]
        for each in ranked(alone, place):
            yield Item(each.id, each.verdict, self._graded(each), each.result_ids)

    def _said(self, statement: Statement) -> str:
        return self.speaker.alone(statement) if statement.is_item else self.speaker.say([statement])

    def _titled(self, statement: Statement) -> str:
        """Return what a statement says in a few words; a whole sentence where it has no title."""
        title = self.speaker.text(statement, "title")
        return f"{title}." if title else self._said(statement)

    def _graded(self, statement: Statement) -> str:
        """Return what a statement says, with the word for how far it may be believed; a plain number claims nothing."""
        said = self._said(statement)
        graded = bool(statement.strength) and statement.verdict not in _PLAIN
        return f"{said} {self._strength(statement.strength)}" if said and graded else said

    def _strength(self, strength: str) -> str:
        return f"(*{self._word(f'strengths.{strength}')}*)"

    def _word(self, key: str) -> str:
        """Return a word as it stands within a sentence."""
        return self.speaker.words.texts[f"_common.{key}"].text

    def _answers(self) -> Iterator[Item]:
        """Yield, a question, the answer that its table of verdicts gives; without one, the first of its findings."""
        decided = self._read(ANSWERS)
        for question in self.evaluation.settings.questions:
            found = decided.get(question.id)
            if found is None:
                yield self._found(question, f"answer.{question.id}", MOST)
                continue
            text = self._answer(question, found["answer"])
            rests_on = tuple(found["rests_on"])
            yield Item(f"answer.{question.id}", found["answer"], f"**{self._asked(question)}** {text}", rests_on)

    def _briefed(self) -> Iterator[Item]:
        """Yield the answers that the brief gives: to the first question, and to those that ask for it."""
        chosen = [question.id for question in self._for_the_brief()]
        for question, answer in zip(self.evaluation.settings.questions, self._answers(), strict=True):
            if question.id in chosen:
                yield answer

    def _for_the_brief(self) -> list[Question]:
        questions = self.evaluation.settings.questions
        return [question for question in questions if question.brief or question is questions[0]]

    def _press(self) -> Iterator[Item]:
        """Yield what a newspaper may print: the answer to the first question, then the findings, unmarked."""
        told: dict[str, Item] = {}
        for question in self.evaluation.settings.questions[:1]:
            if found := self._read(ANSWERS).get(question.id):
                text = self._answer(question, found["answer"])
                told[text] = Item(f"press.{question.id}", found["answer"], text, tuple(found["rests_on"]))
            else:
                told |= self._unmarked(self._stated(question)[:MOST])
        alone = [s for name, s in self._sayable.items() if s.id == name]
        told |= {t: i for t, i in self._unmarked(ranked(alone, perimeter(self.evaluation))).items() if t not in told}
        yield from told.values() or [Item("press", "", self.speaker.note("_common.nothing_stated"), ())]

    def _unmarked(self, statements: Iterable[Statement]) -> dict[str, Item]:
        """Return what statements say, without the word for how far it may be believed, by what they say."""
        said = ((self._said(each), each) for each in statements)
        return {text: Item(f"press.{each.id}", each.verdict, text, each.result_ids) for text, each in said if text}

    def _answer(self, question: Question, key: str) -> str:
        return self.speaker.answer(f"answers.{question.id}.{key}", self._numbers(question))

    def _numbers(self, question: Question) -> dict[str, str]:
        """Return the results that the answers to a question may tell, by their name in the texts."""
        level, code = perimeter(self.evaluation).split("=", 1)
        return {name: results.complete(partial, level, code) for name, partial in question.numbers.items()}

    def _asked(self, question: Question) -> str:
        return fact_text(question.in_language(self.lang))

    def _findings(self) -> Iterator[Item]:
        """Yield, a question, what is said of the results that it declared to look at, where its answer says less."""
        decided = self._read(ANSWERS)
        for question in self.evaluation.settings.questions:
            if question.id in decided or len(self._kept(question)) > MOST:
                yield self._found(question, f"findings.{question.id}")

    def _found(self, question: Question, name: str, most: int | None = None) -> Item:
        """Return what is stated of the results that a question declares, else of its indicators; or that nothing is."""
        kept = self._kept(question) if most is None else self._first_of_each(question, most)
        texts = [*kept, *([] if most and kept else [self._unstudied(question, not kept)])]
        ids = tuple(rid for told in kept.values() for rid in told)
        return Item(name, "", f"**{self._asked(question)}** {' '.join(filter(None, texts))}", ids)

    def _kept(self, question: Question) -> dict[str, tuple[str, ...]]:
        """Return, by text, what the sentences about the results of a question rest on."""
        return self._texts(self._stated(question))

    def _first_of_each(self, question: Question, most: int) -> dict[str, tuple[str, ...]]:
        """Return so many sentences an indicator, fewer of each where there are several: none is left to the others."""
        indicators = [] if question.statements else question.indicators
        told = [list(self._texts(self._alone(self._of_indicator(i))).items()) for i in indicators]
        if len(told := [each for each in told if each]) < 2:
            return dict(list(self._kept(question).items())[:most])
        # sentences go round the indicators, and stand in the order of these
        turns = sorted((turn, i) for i, each in enumerate(told) for turn in range(min(most, len(each))))
        return dict(told[i][turn] for i, turn in sorted((i, turn) for turn, i in turns[: 2 * most]))

    def _texts(self, statements: Iterable[Statement]) -> dict[str, tuple[str, ...]]:
        said: dict[str, tuple[str, ...]] = {}
        for statement in statements:
            if text := self._graded(statement):
                said.setdefault(text, statement.result_ids)
        return said

    def _stated(self, question: Question) -> list[Statement]:
        level, code = perimeter(self.evaluation).split("=", 1)
        ids = [results.complete(s.about, level, code) for s in question.statements]
        found = [s for rid in ids for s in about(rid, self.made)]
        if not question.statements:
            found = [s for indicator in question.indicators for s in self._of_indicator(indicator)]
        return self._alone(found)

    def _alone(self, statements: Iterable[Statement]) -> list[Statement]:
        """Return what is said of statements that stand alone, each once."""
        return [self._sayable[name] for name in dict.fromkeys(s.id for s in statements)]

    def _of_indicator(self, indicator: str) -> Iterator[Statement]:
        """Yield what is stated of an indicator about the perimeter, or about its units in a list of the perimeter."""
        for statement in self.made:
            if statement.place == perimeter(self.evaluation):
                yield from (s for s in leaves(statement) if s.is_told and _is_about(s, indicator))

    def _unstudied(self, question: Question, nothing: bool) -> str:
        """Return what is missing of a question: an analysis that the plan does not have, or anything to state."""
        asked = {name.partition(".")[0] for name in (*question.indicators, *(s.about for s in question.statements))}
        planned = {entry.name for entry in self.evaluation.settings.plan}
        if asked and not asked & planned:
            return self.speaker.note("_common.not_studied")
        if asked - planned:
            return self.speaker.note("_common.partly_studied")
        return self.speaker.note("_common.nothing_stated") if nothing else ""

    def _recommendations(self, supported: bool, because: bool = True) -> list[Item]:
        """Return the actions that a finding supports, or those that none does; the surest first."""
        weighed = self._read(RECOMMENDATIONS)
        found = [
            self._recommendation(n, declared, weighed[n], because)
            for n, declared in enumerate(read_recommendations(self.evaluation).recommendations)
            if weighed[n]["supported"] == supported
        ]
        return sorted(found, key=lambda item: (*STRENGTHS, "").index(item.verdict or ""))

    def _recommendation(self, n: int, declared: Recommendation, found: Mapping[str, Any], because: bool) -> Item:
        rests_on = self._sayable.get(found["rests_on"])
        text = (
            self._recommended(declared, rests_on, found["strength"], because)
            if found["supported"]
            else self._text(declared.action)
        )
        return Item(f"recommendation.{n + 1}", found["strength"], text, rests_on.result_ids if rests_on else ())

    def _recommended(self, declared: Recommendation, rests_on: Statement | None, strength: str, because: bool) -> str:
        said = {name: self._text(getattr(declared, name)) for name in ("action", "who", "when")}
        said["cost"] = self._cost(declared) or self._word("unpriced")
        if strength and rests_on:
            said["strength"] = self._word(f"strengths.{strength}")
            said["because"] = self._said(rests_on) if because else self._titled(rests_on)
        return self.speaker.compose("_common.recommendation", said)

    def _cost(self, declared: Recommendation) -> str:
        """Return the cost of an action; empty where it rests on an amount that is not published."""
        said = self._text(declared.cost)
        if declared.amount is None:
            return said
        rid = results.complete(declared.amount, *perimeter(self.evaluation).split("=", 1))
        row = self.speaker.rows.get(rid)
        if row is None or not published(row):
            return "" if _AMOUNT in declared.cost.in_language(self.lang) else said
        language = of(self.lang)
        group = values.group_of(row["population"], self.speaker.words)
        form = "about" if row["unit"] == "euro" else ""
        amount = values.Result(row, language, group, self.speaker.mark).said(form) or ""
        return (
            self._text(declared.cost, amount)
            if _AMOUNT in declared.cost.in_language(self.lang)
            else f"{amount}, {said}"
        )

    def _follow_up(self) -> Iterator[Item]:
        for n, item in enumerate(read_recommendations(self.evaluation).previous):
            then, evidence = self._then_and_now(item.evidence)
            now = self._about(evidence) or self._about(item.evidence)
            said = {"action": self._text(item.action), "status": self._word(f"statuses.{item.status}")}
            said |= {"note": self._text(item.note)} if item.note else {}
            said |= {"now": self._said(now)} if now else {}
            said |= self._before(then) if now else {}
            ids = now.result_ids if now else ()
            yield Item(f"previous.{n + 1}", item.status, self.speaker.compose("_common.previous", said), ids)

    def _then_and_now(self, evidence: str | None) -> tuple[str | None, str | None]:
        """Return what an earlier recommendation rested on: at its wave, and at the last one."""
        waves = [w.name for w in self.evaluation.settings.waves]
        found = _WAVE.search(evidence or "")
        if evidence is None or found is None or len(waves) < 2:
            return None, evidence
        then = found[1] if found[1] != waves[-1] else waves[-2]
        return _WAVE.sub(f"wave={then}", evidence), _WAVE.sub(f"wave={waves[-1]}", evidence)

    def _before(self, evidence: str | None) -> dict[str, str]:
        """Return the number that an earlier recommendation rested on, and its wave; nothing where it is hidden."""
        if evidence is None:
            return {}
        row = self.speaker.rows.get(results.complete(evidence, *perimeter(self.evaluation).split("=", 1)))
        if row is None or not published(row):
            return {}
        said = values.Result(
            row, of(self.lang), values.group_of(row["population"], self.speaker.words), self.speaker.mark
        )
        return {"before": said.said("") or "", "when": values.literal(str(row["wave"]))}

    def _about(self, evidence: str | None) -> Statement | None:
        """Return what is said now of the number that an earlier recommendation rested on, None where nothing is."""
        if evidence is None:
            return None
        rid = results.complete(evidence, *perimeter(self.evaluation).split("=", 1))
        here = [s for s in self.made if s.place == perimeter(self.evaluation)]
        return next((self._sayable[s.id] for s in about(rid, here) if s.is_told), None)

    def _evaluated(self) -> Iterator[Item]:
        settings = self.evaluation.settings
        told = {
            "programme": settings.programme or settings.title,
            "commissioner": settings.commissioned_by,
        }
        for name, text in told.items():
            if text is not None:
                yield Item(name, "", self.speaker.compose(f"_common.evaluated.{name}", {name: self._text(text)}), ())

    def _text(self, text: Text, amount: str = "") -> str:
        """Return a declared text as Markdown that shows it as it is, its ``{fact name}`` as the figure declared.

        ``amount`` is the result, already Markdown, that stands where the text says ``{amount}``.
        """
        said = text.in_language(self.lang)
        names = _FACT.findall(said)
        unknown = sorted(set(names) - set(self.facts))
        if unknown:
            raise PublishError(
                "a text names a fact that evaluation.yaml does not declare",
                where=str(recommendations_file(self.evaluation)),
                found=unknown,
                allowed=sorted(self.facts),
            )
        told = {**self.facts, _AMOUNT: amount}
        holes = [match[1] or match[0] for match in _HOLES.finditer(said)]
        parts = [_spaced(part) for part in _HOLES.sub("\x00", said).split("\x00")]
        return "".join(itertools.chain(*zip(parts, [*(told[hole] for hole in holes), ""], strict=True)))

    def _read(self, name: str) -> Any:
        return json.loads((self.evaluation.stage("state") / name).read_text(encoding="utf-8"))


class _Made(Mapping[str, list[Item]]):
    """Lists by name, each made when it is asked for."""

    def __init__(self, makers: Mapping[str, Callable[[], list[Item]]]) -> None:
        self._makers = makers

    def __getitem__(self, name: str) -> list[Item]:
        return self._makers[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def leaves(statement: Statement) -> Iterator[Statement]:
    """Yield the statements that a list is made of, those of its lists too; one that is no list is its own."""
    for item in statement.items:
        yield from leaves(item)
    if not statement.items:
        yield statement


def items_within(
    statement: Statement, within: tuple[Statement, ...] = ()
) -> Iterator[tuple[Statement, tuple[Statement, ...]]]:
    """Yield the statements that a list is made of, and the lists around each, the nearest first."""
    for item in statement.items:
        around = (statement, *within)
        yield from items_within(item, around) if item.items else [(item, around)]


def _is_about(statement: Statement, indicator: str) -> bool:
    """Return whether the number of a statement is of an indicator, or of one measure of it."""
    head = statement.result_ids[0].partition("/")[0] if statement.result_ids else ""
    return head == indicator or head.startswith(f"{indicator}.")


def _spaced(part: str) -> str:
    """Return a part of a declared text, with the space that parts it from what follows or precedes."""
    inner = part.strip(" ")
    if not inner:
        return part
    before, after = part[: len(part) - len(part.lstrip(" "))], part[len(part.rstrip(" ")) :]
    return f"{before}{fact_text(inner)}{after}"
