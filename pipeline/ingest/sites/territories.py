"""Communes of today and the units they belong to, for evaluations whose territory is an official level."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.evaluation import Evaluation
from pipeline.ingest.sites.names import own_name


def official(evaluation: Evaluation) -> bool:
    """Return whether the evaluation compares official territories (level `area` names its own)."""
    return evaluation.settings.territory.level != "area"


def current(evaluation: Evaluation, codes: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return today's commune for each code, and the codes that are none (missing elsewhere)."""
    if not official(evaluation):
        return codes, pd.Series([None] * len(codes), index=codes.index, dtype="str")
    from pipeline.territory import current_commune

    found = current_commune(codes, evaluation.root, evaluation.place, unknown="missing")
    return found.astype("str"), codes.astype("str").where(found.isna())


def commune_names(evaluation: Evaluation) -> dict[str, str]:
    """Return commune code -> name for today's communes of the region; empty for evaluations that name areas."""
    if not official(evaluation):
        return {}
    from pipeline.territory import load_communes

    table = load_communes(evaluation.root, evaluation.place)
    return dict(zip(table["code"].astype(str), table["name"].astype(str), strict=True))


def communes_named(evaluation: Evaluation, communes: Sequence[str | None]) -> list[str | None]:
    """Return today's code of communes given by code or name; None where not given, unknown or borne by several."""
    if not official(evaluation) or not any(communes):
        return list(communes)
    found, _ = current(evaluation, pd.Series(communes, dtype="str"))
    by_name: dict[str, str | None] = {}
    for code, name in commune_names(evaluation).items():
        key = own_name(name)
        by_name[key] = None if key in by_name else code
    return [
        None if text is None else str(code) if not pd.isna(code) else by_name.get(own_name(text))
        for text, code in zip(communes, found, strict=True)
    ]


def named_otherwise(evaluation: Evaluation, names: pd.Series, given: pd.Series, today: pd.Series) -> pd.Series:
    """Return the names of communes that are not those of the code beside them (else missing).

    A name is held against that of the commune of today and, where the code given is of one merged since, against that
    of the former commune; case, accents, articles and hyphens do not count.
    """
    if not official(evaluation):
        return names.mask(names.notna())
    from pipeline.territory.reference import read_table

    known = {code: {own_name(name)} for code, name in commune_names(evaluation).items()}
    former = read_table(evaluation.root, evaluation.place, "former_communes").dropna(subset=["former_name"])
    merged = dict(zip(former["former"], former["former_name"].map(own_name), strict=True))
    differs = []
    for name, code, current_code in zip(names, given, today, strict=True):
        expected = known.get(str(current_code), set()) | {merged.get(str(code).strip(), "")}
        differs.append(not pd.isna(name) and not pd.isna(current_code) and own_name(str(name)) not in expected)
    return names.astype("str").where(pd.Series(differs, index=names.index))


def outside_region(evaluation: Evaluation, unknown: pd.Series) -> pd.Series:
    """Return the codes, of those of no commune of the region, that lie elsewhere in France (else missing)."""
    if not official(evaluation):
        return unknown.mask(unknown.notna())
    departments = {code[:3] if code.startswith("97") else code[:2] for code in commune_names(evaluation)}
    text = unknown.astype("str").str.strip()
    code = text.str.fullmatch(r"(?:0[1-9]|[1-8]\d|9[0-5]|2[AB])\d{3}|97[1-8]\d{2}").fillna(False).astype(bool)
    own = text.str[:2].isin(departments) | text.str[:3].isin(departments)
    return unknown.where((code & ~own) | elsewhere(evaluation, text))


def elsewhere(evaluation: Evaluation, codes: pd.Series) -> pd.Series:
    """Return whether each code is of a commune of France that the perimeter leaves out."""
    from pipeline.territory import communes_of_france

    # as objects: of Arrow text, every one of the 35,000 codes would be converted at each call
    return codes.astype(object).isin(communes_of_france(evaluation.root))


def units(evaluation: Evaluation, table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with epci, department and pays of its column ``commune`` (current codes).

    Pays need a vintage: without one, and with another level, they are left out. Levels that the reference tables do not
    hold are refused by `pipeline.territory`.
    """
    if not official(evaluation) or "commune" not in table:
        return table
    from pipeline.territory import assign_units, has_pays

    place = evaluation.settings.territory
    levels = ["epci", "department"]
    if place.level == "pays" or (place.vintage is not None and has_pays(evaluation.root, evaluation.place)):
        levels.append("pays")
    if place.level not in (*levels, "commune"):
        levels.append(place.level)
    found = assign_units(table["commune"], evaluation.root, evaluation.place, levels, place.vintage, unknown="missing")
    return table.assign(**{level: codes.astype("str") for level, codes in found.items()})


def age_bands(evaluation: Evaluation, ages: pd.Series) -> pd.Series:
    """Return the age band of each age in years, as evaluation.yaml cuts them; missing where the age is."""
    limits = evaluation.settings.age_bands
    edges = [*([0] if limits[0] > 0 else []), *limits, float("inf")]
    years = ages.to_numpy(dtype=float, na_value=float("nan"))
    return pd.Series(
        pd.cut(years, edges, right=False, labels=evaluation.age_band_labels()).astype(object),
        index=ages.index,
        dtype="str",
    )
