"""From any INSEE commune code, old or new, to the commune of today."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pandas as pd

from pipeline.errors import TerritoryError
from pipeline.territory.perimeter import Place
from pipeline.territory.reference import load_communes, read_table, reference_folder

SHOWN = 10


def current_commune(
    codes: pd.Series,
    root: Path,
    place: Place,
    *,
    unknown: Literal["raise", "missing"] = "raise",
) -> pd.Series:
    """Return the current INSEE code for each code, following mergers.

    Parameters
    ----------
    codes : INSEE codes as text or numbers; blanks around them and lost leading zeros are mended; missing stays missing.
    root, place : project root, INSEE code of a region or perimeter.
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
    table = _resolutions(root, place)
    clean = _as_text(codes)
    resolved = clean.map(table)
    lost = clean[resolved.isna() & clean.notna()]
    if unknown == "raise" and len(lost):
        distinct = sorted(lost.unique())
        more = f" and {len(distinct) - SHOWN} more" if len(distinct) > SHOWN else ""
        where = f"region {place}" if isinstance(place, str) else "the perimeter"
        folder = reference_folder(root, place).name
        raise TerritoryError(
            f"{len(distinct)} commune code(s) unknown in {where}",
            where=str(codes.name) if codes.name is not None else None,
            found=", ".join(distinct[:SHOWN]) + more,
            allowed="five-character INSEE codes, of today or merged since",
            action="correct the codes (postal codes are not INSEE codes), or declare an old one in "
            f"data/reference/{folder}/former_communes_declared.csv and rebuild",
        )
    return resolved


def _resolutions(root: Path, place: Place) -> pd.Series:
    current = load_communes(root, place)["code"]
    former = read_table(root, place, "former_communes")
    former = former[former["current"].isin(current)]
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
