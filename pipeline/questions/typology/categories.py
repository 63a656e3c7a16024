"""The answers of a survey of spaces as a table of categories, one column a variable, for correspondence analysis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.instrument import Instrument, Question
from pipeline.questions.entry import Entry
from pipeline.questions.outcomes import Event, Outcome, answers_of, base_of, numbers, one_of, ticked
from pipeline.questions.surveyed import asked_question

YES, NO, SILENT = "yes", "no", "no_answer"


@dataclass(frozen=True)
class Variable:
    """One variable: a single question, or one box (``item``) of a multiple one; ``name`` is its indicator."""

    question: Question
    item: str | None = None

    @property
    def name(self) -> str:
        """Return the name of the indicator."""
        return self.item or self.question.name

    @property
    def column(self) -> str:
        """Return the column of the clean table."""
        return f"{self.question.name}_{self.item}" if self.item else self.question.name

    def categories(self) -> list[str]:
        """Return the categories that results tell: every code, or the box ticked."""
        return [YES] if self.item else [str(c) for c in self.question.codes]

    def domain(self, category: str) -> dict[str, object]:
        """Return the domain of a category in result_ids; a box has none."""
        return {} if self.item else {self.name: category}

    def outcomes(
        self, frame: pd.DataFrame, wave: str, within: NDArray[np.bool_], among: Callable[[Event], Event]
    ) -> list[Outcome]:
        """Return one outcome a category, missing outside the rows ``within``; ``among`` says so of its event."""
        base = base_of(self.question, [wave])
        made: list[tuple[NDArray[np.float64], Event, dict[str, object]]]
        if self.item:
            made = [(numbers(frame[self.column]), ticked(self.question, [self.item]), {})]
        else:
            column = frame[self.column]
            made = [
                (one_of(column, [c]), answers_of(self.question, [c]), self.domain(str(c))) for c in self.question.codes
            ]
        return [
            Outcome(
                self.name, "share", "share", np.where(within, values, np.nan), base, among(event), domain, self.question
            )
            for values, event, domain in made
        ]


def variables(entry: Entry, instrument: Instrument, names: Sequence[str], key: str) -> list[Variable]:
    """Return the variables of the declared questions.

    Raises
    ------
    AnalyseError
        For an unknown question, one that has no categories, or two variables of one name.
    """
    found: list[Variable] = []
    for i, name in enumerate(names):
        question = asked_question(entry, instrument, name, key, i, types=("single", "multiple", "likert"))
        items = question.items if question.type == "multiple" else ()
        found += [Variable(question, item.name) for item in items] or [Variable(question)]
    twice = sorted({v.name for v in found if [w.name for w in found].count(v.name) > 1})
    if twice:
        raise entry.error("two variables have one name", key, found=twice, action="rename the items in the instrument")
    return found


def table(frame: pd.DataFrame, chosen: Sequence[Variable]) -> pd.DataFrame:
    """Return (n, Q) categories in the order of the instrument; an unanswered question is a category of its own."""
    columns = {}
    for v in chosen:
        if v.item:
            ticks = numbers(frame[v.column])
            values = np.select([np.isnan(ticks), ticks > 0], [SILENT, YES], NO)
            order = [NO, YES]
        else:
            answers = frame[v.column]
            values = answers.astype("object").where(answers.notna(), SILENT).astype("str").to_numpy()
            order = v.categories()
        columns[v.name] = pd.Categorical(values, [*order, SILENT])
    return pd.DataFrame(columns, index=frame.index)
