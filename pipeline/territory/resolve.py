"""From any INSEE commune code, old or new, to the commune of today."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pandas as pd

from pipeline.errors import TerritoryError
from pipeline.territory.reference import read_table

SHOWN = 10


def current_commune(
    codes: pd.Series,
    root: Path,
    region: str,
    *,
    unknown: Literal["raise", "missing"] = "raise",
) -> pd.Series:
    """Return the current INSEE code for each code, following mergers.

    Parameters
    ----------
    codes : INSEE codes as text or numbers; blanks around them and lost leading zeros are mended; missing stays missing.
    root, region : project root, INSEE code of the region.
    unknown : what to do with codes that are neither current nor known as merged: ``raise`` names them,
        ``missing`` leaves them missing (so that the caller may set rows aside).

    Returns
    -------
    Series
        Text codes, same index and name as ``codes``.

    Raises
    ------
    TerritoryError
        For unknown codes when ``unknown="raise"``.
    """
    table = _resolutions(root, region)
    clean = _as_text(codes)
    resolved = clean.map(table)
    lost = clean[resolved.isna() & clean.notna()]
    if unknown == "raise" and len(lost):
        distinct = sorted(lost.unique())
        more = f" and {len(distinct) - SHOWN} more" if len(distinct) > SHOWN else ""
        raise TerritoryError(
            f"{len(distinct)} commune code(s) unknown in region {region}",
            where=str(codes.name) if codes.name is not None else None,
            found=", ".join(distinct[:SHOWN]) + more,
            allowed="five-character INSEE codes, of today or merged since",
            action="correct the codes (postal codes are not INSEE codes), or declare an old one in "
            f"data/reference/{region}/former_communes_declared.csv and rebuild",
        )
    return resolved


def _resolutions(root: Path, region: str) -> pd.Series:
    current = read_table(root, region, "communes")["code"]
    former = read_table(root, region, "former_communes")
    return pd.concat([pd.Series(current.values, index=current.values), former.set_index("former")["current"]])


def _as_text(codes: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(codes):
        codes = codes.map(lambda number: f"{number:g}" if number % 1 else f"{number:05.0f}", na_action="ignore")
    text = codes.astype("string").str.strip().str.upper()
    text = text.where(~text.isin(["", "NAN", "NA", "<NA>"]))
    return text.mask(text.str.fullmatch(r"\d{4}").fillna(False), "0" + text).astype(str_dtype())


def str_dtype() -> pd.StringDtype:
    """Return the text type of code columns: missing values are NaN, as in frames read from CSV."""
    return pd.StringDtype(na_value=float("nan"))
