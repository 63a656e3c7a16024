"""Signs that the rows of a file are answers of persons to questions: without one it is no survey."""

from __future__ import annotations

import re
from collections import Counter

from pipeline.ingest.lexicon import lexicon, patterns
from pipeline.ingest.privacy.detect import plain_words
from pipeline.ingest.readers.describe import Column, Described
from pipeline.ingest.scaffold.columns import is_ticked
from pipeline.ingest.scaffold.days import holds_dates
from pipeline.ingest.scaffold.majority import nearly_unique
from pipeline.ingest.scaffold.scales import scale_of
from pipeline.ingest.scaffold.words import KEYS, RESPONDED, SURVEY_ROLES, WAVES, matches, role_of
from pipeline.ingest.values import distinct, text_of

#: Words of a header that make it the wording of a question.
LONG = 8
#: Columns of the same marks (1 to 5, 0 to 10), from which they are notes that somebody gave.
BATTERY = 3
#: Headers of the key of a person, and the share of the records that have one of their own where nobody stands again.
_PERSONS, AGAIN = patterns("ledgers")["enrolments"]["identifier"], 0.9
#: Headers of what persons show when they come.
_CARDS = r"(?:(?:n|no|num|numero|id|code) )?(?:(?:de|du|d|la|l) )*(?:cartes?|badges?|cards?)(?: (?:id|number|no))?"
_SAID = patterns("answers")
_ASKED = re.compile(rf"\?\s*$|\b(?:{_SAID['asked']})\b")
_YES = frozenset(lexicon("marks")["agreed"])
_ANSWERED, _BORN, _OPINION = _SAID["answered"], _SAID["born"], _SAID["opinion"]
_BARE_DATE = r"date|time|timestamp"
_NUMBERED = re.compile(r"[qQvV](?:uestion )?\d{1,3}\w{0,3}")


def asks_persons(described: Described) -> bool:
    """Return whether a file shows that somebody was asked.

    Labels of values or sets of boxes, as files of statistics hold them; a header that is a question; a weight, an age
    or a sex; the number of a respondent; a scale of opinion; several columns of boxes, or of the same marks.
    """
    if described.multiple_sets or any(c.values for c in described.columns):
        return True
    return any(_asks(c) for c in described.columns) or _batteries(described) or _says_yes(described)


def puts_questions(described: Described) -> bool:
    """Return whether a header is a question, or answers are of a scale of opinion."""
    return any(c.name.rstrip().endswith("?") or scale_of(_texts(c)) is not None for c in described.columns)


def lists_persons_again(described: Described) -> bool:
    """Return whether dated rows name persons several times and put no question: enrolments, loans, visits."""
    dated = any(c.kind == "date" or holds_dates(c) for c in described.columns)
    waves = any(matches(WAVES, c.name, c.label) for c in described.columns)
    if puts_questions(described) or waves or described.multiple_sets or not dated:
        return False
    return any(
        re.fullmatch(f"{_PERSONS}|{_CARDS}", plain_words(c.name))
        and c.examples.map(text_of).nunique() < AGAIN * len(c.examples)
        for c in described.columns
    )


def is_numbered(described: Described) -> bool:
    """Return whether a column gives each record a number of its own."""
    return any(matches(KEYS, c.name) and nearly_unique(c.examples) for c in described.columns)


def _asks(column: Column) -> bool:
    said = [re.sub(r"^\d{1,3} ", "", plain_words(t)) for t in (column.name, column.label) if t]
    if column.name.rstrip().endswith("?") or any(_ASKED.search(t) or len(t.split()) >= LONG for t in said):
        return True
    if role_of(SURVEY_ROLES, column.name, column.label, *said) in ("age", "sex", "weight", "occupation"):
        return True
    if any(re.fullmatch(_ANSWERED, t) or re.fullmatch(_BORN, t) or re.fullmatch(_OPINION, t) for t in said):
        return True
    if any(matches(RESPONDED, t) and not re.fullmatch(_BARE_DATE, t) for t in said):
        return True
    return scale_of(_texts(column)) is not None


def _says_yes(described: Described) -> bool:
    """Return whether each record has a number of its own and says yes or no to something, without a date."""
    said = any({plain_words(t) for t in _texts(c)} & _YES and len(_texts(c)) > 1 for c in described.columns)
    return (
        is_numbered(described)
        and said
        and not any(c.kind == "date" or matches(_BARE_DATE, c.name) for c in described.columns)
    )


def _batteries(described: Described) -> bool:
    if sum(bool(_NUMBERED.fullmatch(c.name)) for c in described.columns) >= BATTERY:
        return True
    ticked = sum(is_ticked(c.examples) for c in described.columns)
    marked = Counter(m for c in described.columns if (m := _marks(c)) is not None)
    return ticked >= 2 or max(marked.values(), default=0) >= BATTERY


def _marks(column: Column) -> int | None:
    """Return the largest mark of a column of marks that start at 0 or 1; None where it holds something else."""
    texts = _texts(column)
    if not 3 <= len(texts) <= 11 or not all(re.fullmatch(r"\d{1,2}", t) for t in texts):
        return None
    values = sorted(map(int, texts))
    return values[-1] if values[0] in (0, 1) and values[-1] <= 10 else None


def _texts(column: Column) -> list[str]:
    return sorted({t for t in map(text_of, distinct(column.examples).values) if t})
