"""The one gate: whatever is kept or told of a received text has passed here, or through `patterns.masked` itself.

Faults and notes pass on their own, when they are made; tables and lists of values call `told` or `personal`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from pipeline.errors import IngestError
from pipeline.ingest.privacy.names import without_names
from pipeline.ingest.privacy.patterns import MASK, masked

#: Longest value that a message tells.
SHOWN = 60
HIDDEN = "(not shown)"
#: Of no known form, and yet no value to quote where nothing needs it.
_DOUBTFUL = re.compile(r"@|(?:\d[\s.-]?){9,}")


class Unusable(IngestError):
    """A received file cannot be used; what its message quotes of the file is masked."""

    def __init__(
        self,
        problem: str,
        *,
        where: str | None = None,
        found: object = None,
        allowed: object = None,
        action: str | None = None,
    ) -> None:
        super().__init__(
            masked(problem),
            where=None if where is None else masked(where),
            found=_screened(found),
            allowed=_screened(allowed),
            action=None if action is None else masked(action),
        )


def _screened(part: object) -> object:
    if isinstance(part, (list, tuple, set, frozenset)):
        return [masked(str(p)) for p in part]
    return None if part is None else masked(str(part))


def screened_file(name: str) -> str:
    """Return the name of a file without what identifies a person; the sign that parts its words is any."""
    path = Path(name)
    parted = re.sub(r"_+|-(?=\d{9})", " ", path.stem)
    words = re.sub(r"[_.-]+", " ", path.stem)
    shown = masked(parted)
    shown = without_names(words, MASK) if shown == parted else shown
    if shown in (parted, words):
        return name
    return ("-".join(re.findall(r"[^\W_]+", shown.replace(MASK, " "))) or "fichier") + path.suffix


def personal(text: str) -> bool:
    """Return whether a text may say something of a person, as far as its form tells."""
    return bool(_DOUBTFUL.search(text)) or masked(text) != text


def told(value: object, private: bool = False) -> str:
    """Return a value as messages may tell it: cut short, never free text, identifiers or what looks like an address."""
    if private:
        return HIDDEN
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, pd.Timestamp):
        value = value.date().isoformat()
    text = " ".join(str(value).split())
    if personal(text):
        return HIDDEN
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
