"""Saying statements: the text of each verdict, filled with the results that the statement refers to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.errors import WordsError
from pipeline.results.significance import published
from pipeline.results.statement import JUDGED, Reference, Statement
from pipeline.wording import values
from pipeline.wording.grammar import Hole, parse, render
from pipeline.wording.labels import Labels, find
from pipeline.wording.language import of
from pipeline.wording.markdown import literal
from pipeline.wording.words import COMMON, NOT_PERSONS, Entry, Words

#: Populations of those who come.
PERSONS = frozenset({"users", "visits"})
#: Verdicts that have a common text, in ``_common.yaml``, where a question has none.
SHARED_VERDICTS = ("withheld", "not_asked", "not_studied", "empty")


@dataclass(frozen=True)
class Speaker:
    """Says statements in one language.

    words : of the language.   rows : result_id -> published row.   labels : of places, codes and indicators.
    mark : writes a number with its result_id; the number alone in titles and alternative texts.
    """

    words: Words
    rows: Mapping[str, Mapping[str, Any]]
    labels: Labels
    mark: values.Mark

    def say(self, statements: Sequence[Statement]) -> str:
        """Return several statements in one breath, as Markdown.

        The subject is named by the first that has it, and taken up again by the next; one « withheld » is enough.
        """
        said: list[str] = []
        subjects: set[str] = set()
        withheld = False
        for statement in statements:
            if statement.verdict == "withheld" and withheld:
                continue
            withheld = withheld or statement.verdict == "withheld"
            subject = self._subject(statement, "first")
            text = self.text(statement, again=subject is not None and subject.text in subjects)
            if text:
                subjects |= {subject.text} if subject else set()
                said.append(text)
        return " ".join(said)

    def text(self, statement: Statement, variant: str = "say", again: bool = False) -> str:
        """Return one text of a statement; empty where it is silent on purpose, or has no such variant.

        Raises
        ------
        WordsError
            When there is no text for the verdict, or a value is missing outside [...].
        """
        if statement.verdict in JUDGED and self._own(statement) is None:
            return self._judged(statement, variant, again)
        entry = self._entry(statement, variant)
        # a key figure is no sentence
        sentence = variant not in ("value", "key")
        return "" if entry is None or not entry.text else self._filled(entry, statement, again, sentence)

    def _own(self, statement: Statement) -> Entry | None:
        return self.words.find(f"{statement.question}.{statement.name}.{statement.verdict}")

    def _judged(self, statement: Statement, variant: str, again: bool) -> str:
        """Return the text of a level, and that of its threshold behind it."""
        stated = self.text(replace(statement, verdict="stated"), variant, again)
        entry = self.words.find(f"{COMMON}.{statement.verdict}")
        if variant != "say" or entry is None or not stated:
            return stated
        return f"{stated} {self._filled(entry, statement, again)}"

    def answer(self, key: str, numbers: Mapping[str, str]) -> str:
        """Return the text of an answer, of the evaluation's own words.

        It names nouns of the vocabulary and ``numbers``: name -> result_id; a part with one that is not published
        vanishes.

        Raises
        ------
        WordsError
            When the evaluation has no text of that key.
        """
        entry = self.words.texts.get(key)
        if entry is None:
            raise WordsError(
                "an answer has no text",
                where=f"words/{self.words.lang} of the evaluation",
                found=key,
                action=f"write it in answers.yaml, under {key.partition('.')[2].replace('.', ', then ')}",
            )

        def filled(hole: Hole) -> str | None:
            row = self.rows.get(numbers.get(hole.name, ""))
            if row is None:
                return self.noun_text(hole)
            return values.fill(hole, self._referred(("result", row["result_id"]))) if published(row) else None

        return render(entry.template, filled)

    def compose(self, key: str, said: Mapping[str, str], sentence: bool = True) -> str:
        """Return a text around others that have passed the gate already; ``sentence`` gives it a capital first.

        Raises
        ------
        WordsError
            When there is no such text, or it names one that is missing outside [...].
        """
        entry = self.words.texts.get(key)
        if entry is None:
            file = f"reports/{self.words.lang}/{key.partition('.')[0]}.yaml"
            raise WordsError("a text is missing", where=file, found=key)

        def filled(hole: Hole) -> str | None:
            return said.get(hole.name) or self.noun_text(hole)

        return render(entry.template, filled, sentence)

    def printing(self, name: str) -> str:
        """Return a printing of an edition as one says it: 2006, or for 2006-2 the year and which version it is."""
        edition, _, number = name.partition("-")
        said = {"edition": edition, **({"number": number} if number else {})}
        return self.compose("_printings.version", said, sentence=False)

    def note(self, key: str) -> str:
        """Return a text that names nouns of the vocabulary alone; empty where there is none."""
        entry = self.words.texts.get(key)
        return "" if entry is None else render(entry.template, self.noun_text)

    def word(self, key: str) -> str:
        """Return a text as :meth:`note` does, as it stands within a sentence."""
        entry = self.words.texts.get(key)
        return "" if entry is None else render(entry.template, self.noun_text, sentence=False)

    def pattern(self, entry: Entry, sentence: bool = True) -> str:
        """Return a text with its nouns filled and everything else that it names left as it is written."""
        return render(entry.template, lambda hole: self.noun_text(hole) or hole.written, sentence)

    def prose(self, text: str) -> str:
        """Return a text of a document's front matter, nouns of the vocabulary filled."""
        return render(parse(text, "front matter"), self.noun_text, sentence=False)

    def label(self, key: str) -> str:
        """Return a label as Markdown; its key where there is none."""
        return values.Labelled(key, self.labels, of(self.words.lang)).said("") or literal(key.partition("=")[2])

    def plainly(self) -> Speaker:
        """Return the same speaker, whose numbers are text alone."""
        return replace(self, mark=lambda text, result_id: text)

    def _entry(self, statement: Statement, variant: str) -> Entry | None:
        key = f"{statement.question}.{statement.name}.{statement.verdict}"
        if variant != "say":
            return self.words.texts.get(f"{key}.{variant}")
        shared = [f"{COMMON}.{statement.verdict}"] if statement.verdict in SHARED_VERDICTS else []
        found = self.words.find(key, *shared)
        if found is None:
            raise WordsError(
                "a verdict has no text",
                where=f"reports/{self.words.lang}/{statement.question}/words.yaml, key {statement.name}",
                found=statement.verdict,
                action='write it; "" is silent on purpose',
            )
        return found

    def _filled(self, entry: Entry, statement: Statement, again: bool, sentence: bool = True) -> str:
        def fill(hole: Hole) -> str | None:
            return values.fill(hole, self._value(hole.name, statement, again))

        try:
            return render(entry.template, fill, sentence)
        except WordsError as fault:
            raise WordsError(
                fault.problem,
                where=entry.where,
                found=f"{fault.found} in the statement {statement.id} ({statement.verdict})",
                action="put the part that names it between [ and ]",
            ) from None

    def _value(self, name: str, statement: Statement, again: bool) -> values.Value | None:
        language = of(self.words.lang)
        if name == "reason" and name in statement.arguments:
            return self._reason(statement, str(statement.arguments[name][1]))
        if name == "asked" and self._holds_question(statement):
            return None
        if name in statement.arguments:
            return self._referred(statement.arguments[name])
        if any(name in _lists(item) for item in statement.items):
            return values.Listed(self._items(statement, name), language, lambda: self._largest(statement, name))
        if name == "subject":
            entry = self._subject(statement, "again" if again else "first")
            return None if entry is None else self._said(entry, statement)
        if name == "strength" and statement.strength:
            strength = self.words.texts.get(f"{COMMON}.strengths.{statement.strength}")
            return None if strength is None else self._said(strength, statement)
        return self.about([statement])._noun(name)

    def about(self, statements: Iterable[Statement]) -> Speaker:
        """Return the speaker whose persons are whom statements count: inhabitants where these are the only people."""
        told = (i for s in statements for i in (*s.result_ids, *(i for item in s.items for i in item.result_ids))[:1])
        people = {str(self.rows[i]["population"]) for i in told}
        found = [name for name in NOT_PERSONS if name in people]
        return self if not found or people & PERSONS else replace(self, words=self.words.about(found[0]))

    def _holds_question(self, statement: Statement) -> bool:
        """Return whether the label of a category holds that of its question, which then needs not be named."""
        asked, group = (str(statement.arguments.get(name, ("", ""))[1]) for name in ("asked", "group"))
        if not asked.startswith("by="):
            return False
        question, category = (find(key, self.labels, self.words.lang) or "" for key in (asked, group))
        return question.casefold() in category.casefold()

    def _reason(self, statement: Statement, sign: str) -> values.Value | None:
        """Return why nothing is told: in the statement's own words, which know what is lacking, else in common ones."""
        own = f"{statement.question}.{statement.name}.reasons.{sign}"
        entry = self.words.find(own, f"{COMMON}.reasons.{sign}")
        return None if entry is None else values.Text(entry.text)

    def _noun(self, name: str) -> values.Value | None:
        one, language = name.removesuffix("s"), of(self.words.lang)
        if name in self.words.vocabulary:
            return values.Named(self.words.vocabulary[name], False, language)
        if one in self.words.vocabulary:
            return values.Named(self.words.vocabulary[one], True, language)
        return None

    def noun_text(self, hole: Hole) -> str | None:
        """Return a noun of the vocabulary that prose names; None where it is none."""
        value = self._noun(hole.name)
        return None if value is None else values.fill(hole, value)

    def _subject(self, statement: Statement, when: str) -> Entry | None:
        """Return the subject of a statement, its own or that of its question, told first or taken up again."""
        own = f"{statement.question}.{statement.name}.subject.{when}"
        return self.words.find(own, f"{statement.question}.subject.{when}")

    def _said(self, entry: Entry, statement: Statement) -> values.Value:
        return values.Text(
            render(entry.template, lambda hole: values.fill(hole, self._value(hole.name, statement, False)), False)
        )

    def _items(self, statement: Statement, name: str) -> list[str]:
        chosen = [i for i in statement.items if name in _lists(i)]
        return [said for item in chosen if (said := self.item(item))]

    def _largest(self, statement: Statement, name: str) -> str | None:
        """Return what a title says of the item whose number is the largest, whatever its sign."""
        known = [i for i in statement.items if name in _lists(i) and i.result_ids]
        if not known:
            return None
        item = max(known, key=lambda i: abs(self.rows[i.result_ids[0]]["estimate"]))
        entry = self.words.find(f"{item.question}.{item.name}.each.{item.verdict}.title")
        return self.item(item) if entry is None else self._filled(entry, item, False, sentence=False)

    def item(self, statement: Statement) -> str:
        """Return the text of an item within the sentence of its list.

        Raises
        ------
        WordsError
            When there is no text for the verdict of an item.
        """
        head = f"{statement.question}.{statement.name}.each"
        key = f"{head}.{statement.verdict}"
        entry = self.words.find(key, *([f"{head}.stated"] if statement.verdict in JUDGED else []))
        if entry is None:
            raise WordsError("an item of a list has no text", where=f"reports/{self.words.lang}", found=key)
        return self._filled(entry, statement, False, sentence=False)

    def alone(self, item: Statement) -> str:
        """Return what is said of an item of a list without the others; empty where it has no such text.

        Raises
        ------
        WordsError
            When a value is missing outside [...].
        """
        entry = self.words.find(f"{item.question}.{item.name}.each.{item.verdict}.alone")
        return "" if entry is None else self._filled(entry, item, False)

    def _referred(self, reference: Reference) -> values.Value | None:
        kind, told = reference[0], reference[1]
        language = of(self.words.lang)
        if kind == "result":
            row = self.rows[told]
            return values.Result(row, language, values.noun_of(row, self.words), self.mark)
        if kind == "wave":
            return values.Wave(told, language)
        if kind == "period":
            return values.Period(told, language)
        if kind in ("place", "code"):
            return values.Labelled(told, self.labels, language)
        if kind == "codes":
            said = [values.Labelled(code, self.labels, language).said("") or literal(code) for code in told]
            return values.Listed(said, language)
        if kind == "number":
            measure = reference[3] if len(reference) > 3 else ""
            return values.Declared(told, reference[2], language, measure, self.mark)
        raise ValueError(f"no value is made of a reference to {kind}")


def _lists(item: Statement) -> set[str]:
    """Return the lists that an item stands in: of all, of its verdict, and of those stated whatever their side."""
    return {"items", item.verdict, *(["stated"] if item.verdict in JUDGED else [])}
