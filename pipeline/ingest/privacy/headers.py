"""Headers in messages: a file without a header has a person's record in its place, which no message may quote."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.ingest.privacy.patterns import MASK, masked

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}.*|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}.*")
#: More cells than this share that are numbers or dates make no header.
SHARE = 0.3
HIDDEN = "not shown: the first row looks like a record and not like a header"


def is_record(columns: Sequence[str]) -> bool:
    """Return whether names of columns look like the values of a record: personal, or numbers and dates."""
    names = [str(c).strip() for c in columns if str(c).strip()]
    if any(masked(name, wording=True) != name or MASK in name for name in names):
        return True
    bare = sum(bool(_NUMBER.fullmatch(name) or _DATE.fullmatch(name)) for name in names)
    return bare > SHARE * max(len(names), 1)
