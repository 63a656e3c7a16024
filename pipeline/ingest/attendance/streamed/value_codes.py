"""Columns as whole-number codes of their distinct values: a file of millions of visits says few different things."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.ingest.faults import Blocked, Fault
from pipeline.ingest.privacy.pseudonym import pseudonyms
from pipeline.ingest.readers.spoiled_cells import mended_texts

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
        #: Texts as received, and their codes: most of a block was met before.
        self._known, self._places = pa.array([], type=pa.string()), np.empty(0, dtype=np.int32)

    def codes(self, column: pa.DictionaryArray) -> np.ndarray:
        """Return the codes (rows, int32) of a block of the column.

        Raises
        ------
        Blocked
            The column has too many distinct values.
        """
        at = pc.index_in(column.dictionary, value_set=self._known).fill_null(-1).to_numpy(zero_copy_only=False)
        places = self._places[at] if len(self._places) else np.full(len(at), -1, dtype=np.int32)
        new = np.flatnonzero(at < 0)
        if len(new):
            fresh = column.dictionary.take(pa.array(new))
            places[new] = self._numbered(fresh.to_pylist())
            self._known = pa.concat_arrays([self._known, fresh])
            self._places = np.append(self._places, places[new])
        return places[column.indices.to_numpy()]

    def _numbered(self, texts: list[str]) -> np.ndarray:
        """Return the codes of texts that were not met before; those of one person differ in case and blanks only."""
        if self._key is not None:
            # as a table has them: accents read back before anything else, for nothing of a pseudonym can be
            spoiled = [t for t in texts if not t.isascii()]
            changed = mended_texts(spoiled)[0] if spoiled else {}
            texts = [changed.get(t, t).strip().casefold() for t in texts]
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
        return np.fromiter((self._codes[t] for t in texts), dtype=np.int32, count=len(texts))

    def _kept(self, texts: Sequence[str]) -> list[str | None]:
        if self._key is None or not texts:
            return list(texts)
        hashed = pseudonyms(pd.Series(texts, dtype=object), self._key()).to_numpy(dtype=object)
        return [v if isinstance(v, str) else None for v in hashed]
