"""What the register says of each space that its attendance can be held against."""

from __future__ import annotations

import pandas as pd

from pipeline.instrument import Instrument, Role

DAYS: tuple[Role, ...] = ("opened", "closed")
NUMBERS: tuple[Role, ...] = ("posts", "hours")


def of_register(instrument: Instrument, table: pd.DataFrame) -> pd.DataFrame:
    """Return one row a space, by site_id: days it opened and closed, posts, opening hours a week (missing if unknown).

    Parameters
    ----------
    instrument : of the register. table : its real spaces, indexed by site_id.
    """
    found: dict[str, pd.Series] = {}
    for roles, kind in ((DAYS, "datetime64[us]"), (NUMBERS, "Float64")):
        for role in roles:
            q = instrument.by_role(role)
            known = q is not None and q.name in table
            column = table[q.name] if q is not None and known else pd.Series(index=table.index, dtype="object")
            found[role] = (pd.to_datetime(column) if role in DAYS else pd.to_numeric(column)).astype(kind)  # type: ignore[call-overload]
    return pd.DataFrame(found, index=table.index)
