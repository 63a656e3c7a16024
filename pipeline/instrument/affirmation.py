"""Questions that are answered by yes or no: which of their codes mean yes.

A code is read by its labels first (1 « oui », 2 « non »), then by itself (oui, O, yes, 1, true).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.instrument.answers import words

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from pipeline.instrument.model import Code, Question

YES, NO = words("yes"), words("no")
#: Roles whose question says yes or no; a code that says neither would count as no.
YES_OR_NO = ("participated", "completed")


def affirmed(question: Question, values: pd.Series) -> NDArray[np.bool_]:
    """Return (n,) whether each clean answer means yes; a missing one does not."""
    # a declaration is read without pandas, whose import takes longer than the reading
    from pandas.api.types import is_bool_dtype

    if is_bool_dtype(values):
        return values.fillna(False).to_numpy(dtype=bool)
    yes = {str(c) for c in question.codes if meaning(question, c)} if question.codes else YES
    told = values.astype("string")
    return (told if question.codes else told.str.strip().str.casefold()).isin(yes).to_numpy(dtype=bool, na_value=False)


def meaning(question: Question, code: Code) -> bool | None:
    """Return whether a code means yes; None where neither its labels nor itself say so."""
    label = question.codes[code]
    for told in (label.fr, label.en, str(code)):
        word = (told or "").strip().casefold()
        if word in YES or word in NO:
            return word in YES
    return None


def unclear(question: Question) -> list[Code]:
    """Return the codes of a question of yes or no that say neither."""
    return [c for c in question.codes if meaning(question, c) is None] if question.role in YES_OR_NO else []
