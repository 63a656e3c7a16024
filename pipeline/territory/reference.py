"""The reference tables of one region: communes and the units they make up."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline.errors import TerritoryError

LEVELS = ("pays", "epci", "department", "commune", "region")
FORMS = ["name", "name_de", "name_a", "name_dans"]
UNIT_COLUMNS = ["code", "label", *FORMS, "population", "population_year", "communes"]
BUILDER = "data/reference/build.py"


def reference_folder(root: Path, region: str) -> Path:
    """Return the folder of a region's tables under the project root.

    Raises
    ------
    TerritoryError
        If the project holds no tables of this region; says which it holds and how to build others.
    """
    base = Path(root) / "data" / "reference"
    folder = base / str(region)
    if (folder / "communes.csv").is_file():
        return folder
    held = sorted(path.parent.name for path in base.glob("*/communes.csv"))
    raise TerritoryError(
        "no reference tables for this region",
        where="territory.region",
        found=repr(region),
        allowed=held or f"nothing is held in {base.name}/",
        action=f"build its tables with {BUILDER} --region {region} (its first lines say how), "
        "or use territory.level: area, which needs none",
    )


def read_table(root: Path, region: str, name: str) -> pd.DataFrame:
    """Read one CSV table of a region; every code column is text.

    Raises
    ------
    TerritoryError
        If the region has no such table (for example no pays).
    """
    path = reference_folder(root, region) / f"{name}.csv"
    if not path.is_file():
        raise TerritoryError(
            f"region {region} has no table {path.name}",
            where=f"data/reference/{region}",
            found=sorted(p.name for p in path.parent.glob("*.csv")),
            action=f"rebuild the tables with {BUILDER} --region {region}, or use another territory.level",
        )
    numbers = {"population", "population_year", "communes", "communes_everywhere", "coastal", "lon", "lat", "year"}
    numbers |= {"first_year", "last_year"}
    header = pd.read_csv(path, nrows=0).columns
    return pd.read_csv(path, dtype={column: str for column in header if column not in numbers})


def vintage_name(root: Path, region: str, vintage: int | str) -> str:
    """Return the name of the pays boundaries in force in a year (2018 to 2021 are one vintage).

    Raises
    ------
    TerritoryError
        If no boundaries are held for the year.
    """
    table = read_table(root, region, "vintages")
    year = int(vintage) if str(vintage).isdigit() else -1
    match = table[(table["first_year"] <= year) & (year <= table["last_year"])]
    if match.empty:
        raise TerritoryError(
            "no pays boundaries for this vintage",
            where="territory.vintage",
            found=repr(vintage),
            allowed=[_years(row.first_year, row.last_year) for row in table.itertuples()],
        )
    return str(match["vintage"].iloc[0])


def boundaries(root: Path, region: str, vintage: int | str) -> str:
    """Return the French mention of the boundaries used, « contours des pays 2023 », for maps and tables."""
    table = read_table(root, region, "vintages").set_index("vintage")
    return str(table.loc[vintage_name(root, region, vintage), "name_fr"])


def load_communes(root: Path, region: str, vintage: int | str | None = None) -> pd.DataFrame:
    """Return the current communes of a region, one row each, sorted by code.

    Parameters
    ----------
    root : project root (the folder that holds ``data/reference``).
    region : INSEE code of the region.
    vintage : year of the pays boundaries; without it the frame has no column ``pays``.

    Returns
    -------
    DataFrame
        code, name, name_de, name_a, name_dans, department, epci, epci_name (missing outside any EPCI),
        population (municipal), population_year, coastal (bool: sea or open estuary), lon, lat (area
        centroid, WGS84 degrees), and pays (missing for communes in no pays). Where the source holds no
        outline of a commune, coastal, lon and lat are missing (none in Bretagne).
    """
    table = read_table(root, region, "communes")
    table = table.astype({"coastal": "boolean" if table["coastal"].hasnans else bool})
    by_vintage = [column for column in table.columns if column.startswith("pays_")]
    if vintage is None:
        return table.drop(columns=by_vintage)
    chosen = f"pays_{vintage_name(root, region, vintage)}"
    return table.rename(columns={chosen: "pays"}).drop(columns=[c for c in by_vintage if c != chosen])


def load_units(root: Path, region: str, level: str, vintage: int | str | None = None) -> pd.DataFrame:
    """Return the units of a level, one row each, sorted by code.

    Parameters
    ----------
    root, region : as in `load_communes`.
    level : pays, epci, department, commune or region.
    vintage : year of the pays boundaries, needed for pays and without effect elsewhere.

    Returns
    -------
    DataFrame
        code, label (short, for axes and maps), name, name_de, name_a, name_dans (French forms: « du pays
        d'Auray », « au pays d'Auray », « dans le pays d'Auray »), population (municipal, summed over the
        communes of this region), population_year, communes (their number here). Pays have two columns
        more: label_de (« d'Auray ») and name_region (name that the region uses).
    """
    check_level(level)
    communes = load_communes(root, region, needed_vintage(level, vintage))
    if level == "commune":
        return communes.assign(label=communes["name"], communes=1)[UNIT_COLUMNS]
    if level == "region":
        communes = communes.assign(region=str(region))
    counted = communes.groupby(level).agg(
        population=("population", "sum"),
        population_year=("population_year", "first"),
        communes=("code", "size"),
    )
    names = read_table(root, region, "departments" if level == "department" else level)
    names = names.drop(columns=["population", "communes"], errors="ignore")
    if "label" not in names:
        names["label"] = names["name"]
    units = names.merge(counted, left_on="code", right_index=True, how="left").sort_values("code", ignore_index=True)
    return units[[*UNIT_COLUMNS, *(c for c in ("label_de", "name_region") if c in units)]]


def check_level(level: str) -> None:
    """Raise TerritoryError unless the level is one that the reference tables hold."""
    if level not in LEVELS:
        raise TerritoryError(
            "the reference tables do not hold this level",
            where="territory.level",
            found=repr(level),
            allowed=LEVELS,
            action="choose one of these, or level area with areas named in the instrument",
        )


def needed_vintage(level: str, vintage: int | str | None) -> int | str | None:
    """Return the vintage where the level has vintages (pays), None elsewhere; raise where it is missing."""
    if level != "pays":
        return None
    if vintage is None:
        raise TerritoryError(
            "the boundaries of pays change, so a vintage is needed",
            where="territory.vintage",
            found="nothing",
            action="name the year of the boundaries, for example vintage: 2023",
        )
    return vintage


def _years(first: object, last: object) -> str:
    return str(first) if first == last else f"{first} to {last}"
