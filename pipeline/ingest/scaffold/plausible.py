"""Whether the values of a column can be what its header says: ages of persons, weights of a survey, keys of spaces."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.ingest.privacy.detect import plain_words
from pipeline.ingest.readers.describe import Column
from pipeline.ingest.scaffold.words import bare_words
from pipeline.ingest.values import number_of, text_of

#: Ages of persons, and how many of the values must be such.
AGES, MOST = (0.0, 120.0), 0.95
#: How many records must have a weight, where the header says that it is one: those that lack it are set aside and told.
HALF = 0.5
#: How many must, where the header says no more than « poids »: those of finished interviews.
FINISHED = 0.75
#: The mean of weights that add up to the number of respondents.
MEAN_OF_WEIGHTS = (0.8, 1.25)


def plausible(role: str, said: Sequence[str], column: Column) -> bool:
    """Return whether the values of a column agree with the role that its words stand for.

    The age of a house and the weight of a body have the header of an age and of a survey weight; the number of a sheet
    that of a space. Half of the records have a weight: those of unfinished interviews have none. Where the header says
    no more than « poids », three in four have one, nearly all given are positive, and their mean is about 1 or
    they have two decimals.

    Parameters
    ----------
    role : role of the instrument.
    said : name and wording of the column.
    column : the received column.
    """
    texts = [t for t in map(text_of, column.examples) if t is not None]
    if role == "site":
        return len(set(texts)) <= 0.5 * len(texts)
    if role not in ("age", "weight"):
        return True
    marks = {text_of(low) for low, high in column.missing if low == high}
    read = [number_of(t, ",") if "," in t else number_of(t, None) for t in texts if t not in marks]
    values = [v for v in read if v is not None]
    if not values:
        return False
    if role == "age":
        return sum(AGES[0] <= v <= AGES[1] for v in values) >= MOST * len(values)
    positive = [v for v in values if v > 0]
    bare = any(re.fullmatch(r"poids?|weights?", plain_words(bare_words(t))) for t in said)
    if len(positive) < (FINISHED if bare else HALF) * len(column.examples) or (
        bare and len(positive) < MOST * len(texts)
    ):
        return False
    fine = sum(abs(v * 10 - round(v * 10)) > 1e-6 for v in positive) >= 0.5 * len(positive)
    return not bare or fine or MEAN_OF_WEIGHTS[0] <= sum(positive) / len(positive) <= MEAN_OF_WEIGHTS[1]
