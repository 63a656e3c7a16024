"""Answers told together where, each alone, most lines of a table would have holes.

A unit of a hundred respondents has a handful who are not satisfied, spread over several answers: none of them may be
told, and of the others one more must be hidden with them. Told together they are one number that stands. Whether a
table is made so is decided on counts of respondents, before any estimate.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.evaluation.settings import Disclosure
from pipeline.instrument import Code, Question

#: Answers told together, each group in the order of the questionnaire.
Groups = list[tuple[Code, ...]]


def groups_of(question: Question, satisfied: Sequence[Code]) -> Groups:
    """Return the answers that are not satisfied as one group and each satisfied one alone (1-2-3, 4, 5)."""
    others = tuple(c for c in question.codes if c not in satisfied)
    alone: Groups = [(c,) for c in question.codes if c in satisfied]
    place = list(question.codes)
    return sorted([*([others] if others else []), *alone], key=lambda codes: place.index(codes[0]))


def label(codes: Sequence[Code]) -> object:
    """Return answers as they stand in a domain: ``1+2+3``; a single one as it is."""
    return codes[0] if len(codes) == 1 else "+".join(map(str, codes))


def leaves_holes(frame: pd.DataFrame, items: Sequence[str], column: str, limits: Disclosure) -> bool:
    """Return whether most lines of the tables of items by a column would have an answer that may not be told.

    Parameters
    ----------
    frame : respondents, with their wave.   items : columns of ratings, those of one battery together.
    limits : an answer that fewer gave may not be told, nor one that all gave but fewer than the complement.
    """
    numbered = frame.groupby(["wave", column], observed=True, sort=False).ngroup()
    table = numbered.fillna(-1).to_numpy(np.intp)
    lines = holes = 0
    for item in items:
        answers, found = pd.factorize(frame[item])
        here = (table >= 0) & (answers >= 0)
        shape = (table.max(initial=0) + 1, max(len(found), 1))
        given = np.bincount(table[here] * shape[1] + answers[here], minlength=shape[0] * shape[1]).reshape(shape)
        asked = given.sum(axis=1, keepdims=True)
        left = asked - given
        few = (given > 0) & (given < limits.minimum_contributors) | (left > 0) & (left < limits.minimum_complement)
        lines, holes = lines + int((asked > 0).sum()), holes + int(few.any(axis=1).sum())
    return holes > lines / 2
