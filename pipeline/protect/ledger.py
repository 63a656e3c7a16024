"""The ledger of a publication: what it printed and what it hid, a line a quantity, for the editions that follow.

It stands beside the other data of the site (``data/ledger.csv``): what readers hold is known from the publication
alone, never from a build that may have run again since, so the publication keeps it. Nothing in it is not in
``results.csv`` already: it names what is hidden, as the rows there do, with the one public reason and neither value nor
n. A ledger holds those of the editions before it, so that the last one is enough. Its first line has the digest of
the others, since a table that a spreadsheet has saved again has lost digits.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.errors import ProtectError
from pipeline.protect.printed import STEP
from pipeline.results import LEDGER
from pipeline.results.quantity import NOTHING
from pipeline.results.table import TOLD

#: What is printed of a quantity.
PRINTED = (TOLD[0], STEP, *TOLD[1:])
#: Names of the editions that say so, parted by blanks, in order.
EDITIONS = "editions"
_TEXT = ("quantity", "unit", "boundaries", EDITIONS, "quality", "reason")
#: What two editions print alike stands in one line; where an interval or a base differs, in two.
_SAME = tuple(name for name in (*_TEXT, *PRINTED) if name != EDITIONS)
_HEAD = "# sha256="
_ON_STEP = 1e-6


def ledger_of(table: pd.DataFrame, edition: str, before: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the ledger of a table as it is published, and of the editions before it.

    Parameters
    ----------
    table : publishable results, with the column ``step``; numbers that are hidden are blank.
    edition : that the table is published in: a year, or 2006-2 once it was corrected; names sort by time.
    before : the ledger of earlier editions.
    """
    told = table[~table["quantity"].isin(["", NOTHING.text])].assign(**{EDITIONS: edition})
    told = told.assign(quality=np.where(told["quality"] == "suppress", "suppress", "publish"))
    told["reason"] = told["reason"].where(told["quality"] == "suppress", "")
    own = told.drop_duplicates(["quantity", "unit"])[[*_TEXT, *PRINTED]]
    return _joined([own] if before is None else [before, own])


def _joined(ledgers: list[pd.DataFrame]) -> pd.DataFrame:
    """Return several ledgers as one: a line a quantity, and one more for each other way it was printed."""
    if len(ledgers) == 1:
        # no two lines of one ledger are alike
        return _sorted(ledgers[0][[*_TEXT, *PRINTED]])
    every = pd.concat(ledgers, ignore_index=True)
    line = every.groupby(list(_SAME), dropna=False, sort=False).ngroup().to_numpy()
    years: dict[int, set[str]] = {}
    for number, text in zip(line.tolist(), every[EDITIONS].tolist(), strict=True):
        years.setdefault(number, set()).update(text.split())
    first = ~pd.Series(line).duplicated().to_numpy()
    told = [" ".join(sorted(years[number])) for number in line[first].tolist()]
    joined = every[first].assign(**{EDITIONS: pd.array(told, dtype="str")})[[*_TEXT, *PRINTED]]
    return _sorted(joined)


def _sorted(ledger: pd.DataFrame) -> pd.DataFrame:
    return ledger.sort_values(["quantity", "unit", EDITIONS], kind="stable", ignore_index=True)


def write(ledger: pd.DataFrame, path: Path) -> None:
    """Write a ledger, its digest in the first line."""
    lines = io.StringIO()
    columns = [ledger[name].tolist() for name in _TEXT]
    columns += [[None if x != x else x for x in ledger[name].tolist()] for name in PRINTED]
    # row by row as `to_csv` does, in a third of its time
    sheet = csv.writer(lines, lineterminator="\n")
    sheet.writerow([*_TEXT, *PRINTED])
    sheet.writerows(zip(*columns, strict=True))
    text = lines.getvalue()
    path.write_text(f"{_HEAD}{_digest(text)}\n{text}", encoding="utf-8")


def read(paths: Iterable[Path]) -> pd.DataFrame | None:
    """Return the ledgers of earlier editions as one; None without any.

    Raises
    ------
    ProtectError
        When a file is no ledger, or not as it was published.
    """
    held = [read_one(path) for path in paths]
    return _joined(held) if held else None


def read_one(path: Path) -> pd.DataFrame:
    """Return the ledger of one file, as it was published.

    Raises
    ------
    ProtectError
        When the file is no ledger, or not as it was published.
    """
    try:
        head, _, text = path.read_text(encoding="utf-8").replace("\r\n", "\n").partition("\n")
    except (OSError, UnicodeDecodeError):
        raise _refused(path, "this ledger cannot be read", path.name) from None
    if not head.startswith(_HEAD):
        raise _refused(path, "this is no ledger of an edition", head[:60])
    if head.removeprefix(_HEAD).strip() != _digest(text):
        raise _refused(path, "this ledger is not as it was published", f"digest {_digest(text)[:12]}")
    types = dict.fromkeys(_TEXT, str) | dict.fromkeys(PRINTED, np.float64)
    ledger = pd.read_csv(io.StringIO(text), dtype=types, keep_default_na=False, na_values={c: [""] for c in PRINTED})
    if list(ledger.columns) != [*_TEXT, *PRINTED]:
        raise _refused(path, "this ledger has other columns than this version writes", ", ".join(ledger.columns))
    return ledger


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _refused(path: Path, problem: str, found: str) -> ProtectError:
    return ProtectError(
        problem,
        where=str(path),
        found=found,
        allowed=f"data/{LEDGER} of the site of that edition, byte for byte",
        action="copy it from that site again, without opening it in a spreadsheet",
    )
