"""Answers of evaluation questions: the first line of a declared table whose statements have its verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """What a question is answered: the key of its text, and the statements that the answer rests on."""

    key: str
    rests_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """One line of a verdict table: ``when`` names statements and the verdicts that count; none for the last line."""

    answer: str
    when: Mapping[str, Sequence[str]]


def answer(cases: Sequence[Case], verdicts: Mapping[str, str]) -> Answer | None:
    """Return the answer of the first case that holds, None where there is no table.

    Parameters
    ----------
    cases : in order, the last without conditions.
    verdicts : ``<entry>.<name>`` -> verdict, at the perimeter, and ``<entry>.<name>/<subject>`` of an item of a list; a
        statement that was not made is `not_studied`.
    """
    for case in cases:
        if all(verdicts.get(name, "not_studied") in wanted for name, wanted in case.when.items()):
            return Answer(case.answer, tuple(case.when))
    return None
