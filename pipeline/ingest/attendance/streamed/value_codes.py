"""Columns as whole-number codes of their distinct values: a file of millions of visits says few different things."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.ingest.faults import Blocked, Fault
from pipeline.ingest.privacy.pseudonym import pseudonyms

#: More different values than this in one column are no categories, days or persons: they would not fit in memory.
MOST = 4_000_000


class ValueCodes:
    """The distinct values of one column over all blocks, each with its code (0, 1, 2...).

    Parameters
    ----------
    file, column : for messages.
    key : returns the pseudonym key where the column identifies persons: then ``values`` holds pseudonyms only.
    """

    def __init__(self, file: str, column: str, key: Callable[[], bytes] | None = None) -> None:
        self.file, self.column, self._key = file, column, key
        self.values: list[str | None] = []
        self._codes: dict[str, int] = {}

    def codes(self, column: pa.DictionaryArray) -> np.ndarray:
        """Return the codes (rows, int32) of a block of the column.

        Raises
        ------
        Blocked
            The column has too many distinct values.
        """
        texts = column.dictionary.to_pylist()
        if self._key is not None:
            texts = [t.strip().casefold() for t in texts]
        fresh = [t for t in dict.fromkeys(texts) if t not in self._codes]
        if len(self._codes) + len(fresh) > MOST:
            raise Blocked(
                Fault(
                    "a column has more different values than a large file may have",
                    self.file,
                    column=self.column,
                    found=f"more than {MOST:,}",
                    action="leave the column out of the instrument, or split the file by year",
                )
            )
        start = len(self._codes)
        self._codes.update(zip(fresh, range(start, start + len(fresh)), strict=True))
        self.values += self._kept(fresh)
        places = np.fromiter((self._codes[t] for t in texts), dtype=np.int32, count=len(texts))
        return places[column.indices.to_numpy()]

    def _kept(self, texts: Sequence[str]) -> list[str | None]:
        if self._key is None or not texts:
            return list(texts)
        hashed = pseudonyms(pd.Series(texts, dtype=object), self._key()).to_numpy(dtype=object)
        return [v if isinstance(v, str) else None for v in hashed]
