"""The reference tables of a region or a perimeter: communes and the units they make up."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.errors import TerritoryError
from pipeline.territory.french import commune_forms
from pipeline.territory.own_units import own_units
from pipeline.territory.perimeter import Perimeter, Place, code_of, inside, names_of, single, whole_region

#: Levels whose units an evaluation brings in a table of its own.
OWN = ("own", "canton")
LEVELS = ("pays", "epci", "department", "commune", "region", *OWN)
#: Folder of the tables of all France.
FRANCE = "france"
NUMBERS = {"population", "population_year", "communes", "communes_everywhere", "coastal", "lon", "lat", "year"}
NUMBERS |= {"first_year", "last_year", "article"}
FORMS = ["name", "name_de", "name_a", "name_dans"]
UNIT_COLUMNS = ["code", "label", *FORMS, "population", "population_year", "communes"]
BUILDER = "data/reference/build.py"


def reference_folder(root: Path, place: Place) -> Path:
    """Return the folder of the tables that hold a place: its region's own where there is one, else that of all France.

    Raises
    ------
    TerritoryError
        If the project holds no tables of this place; says which regions it holds.
    """
    base = Path(root) / "data" / "reference"
    region = place if isinstance(place, str) else whole_region(place) or _only_region(root, place)
    if region is not None and (base / region / "communes.csv").is_file():
        return base / region
    everywhere = base / FRANCE
    held = {path.parent.name for path in base.glob("*/communes.csv")}
    if (everywhere / "regions.csv").is_file():
        regions = set(read(everywhere / "regions.csv")["code"])
        if not isinstance(place, str) or place in regions:
            return everywhere
        held |= regions
    raise TerritoryError(
        "no reference tables for this region",
        where="territory.perimeter.region",
        found=repr(code_of(place)),
        allowed=sorted(held) or f"nothing is held in {base.name}/",
        action=f"give the INSEE code of a region, build its tables with {BUILDER} --region CODE, "
        "or use territory.level: area, which needs none",
    )


def _only_region(root: Path, place: Perimeter) -> str | None:
    """Return the one region that holds the whole of a perimeter, where there is one."""
    base = Path(root) / "data" / "reference"
    if place.pays:
        having = sorted(path.parent.name for path in base.glob("*/pays.csv"))
        return next((r for r in having if r in place.regions or not place.regions), None)
    if not (base / FRANCE / "communes.csv.gz").is_file():
        return place.regions[0] if len(place.regions) == 1 else None
    everywhere = read(base / FRANCE / "communes.csv.gz")
    regions = everywhere.loc[inside(_merged(root, place), everywhere), "region"].unique()
    return str(regions[0]) if len(regions) == 1 else None


@dataclass(frozen=True)
class _Current:
    """A perimeter whose communes are those of today."""

    place: Perimeter
    communes: tuple[str, ...]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.place, name)


def _merged(root: Path, place: Perimeter) -> Perimeter:
    """Return a perimeter with today's communes in place of those merged since."""
    path = Path(root) / "data" / "reference" / FRANCE / "former_communes.csv.gz"
    if not place.communes or not path.is_file():
        return place
    heir = read(path).set_index("former")["current"]
    current = set(read(path.with_name("communes.csv.gz"))["code"])
    codes = [c if c in current else str(heir.get(c, c)) for c in place.communes]
    return _Current(place, tuple(dict.fromkeys(codes)))  # type: ignore[return-value]


def read_table(root: Path, place: Place, name: str) -> pd.DataFrame:
    """Read one table of a place; every code column is text.

    Raises
    ------
    TerritoryError
        If there is no such table (for example no pays).
    """
    folder = reference_folder(root, place)
    path = next((p for p in (folder / f"{name}.csv", folder / f"{name}.csv.gz") if p.is_file()), None)
    if path is None:
        raise TerritoryError(
            f"{code_of(place)} has no table {name}.csv",
            where=f"data/reference/{folder.name}",
            found=sorted(p.name for p in folder.glob("*.csv*")),
            action=f"use another territory.level, or rebuild the tables with {BUILDER}",
        )
    return read(path)


def read(path: Path) -> pd.DataFrame:
    """Read a table of data/reference, or one of the same columns that an evaluation brings."""
    return _read(path, path.stat().st_mtime_ns).copy()


@functools.lru_cache(maxsize=16)
def _read(path: Path, _changed: int) -> pd.DataFrame:
    header = pd.read_csv(path, nrows=0).columns
    return pd.read_csv(path, dtype={column: str for column in header if column not in NUMBERS and not _year(column)})


def _year(column: str) -> bool:
    return column.isdigit() and len(column) == 4


def vintage_name(root: Path, place: Place, vintage: int | str) -> str:
    """Return the name of the pays boundaries in force in a year (2018 to 2021 are one vintage).

    Raises
    ------
    TerritoryError
        If no boundaries are held for the year.
    """
    table = read_table(root, place, "vintages")
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


def boundaries(root: Path, place: Place, vintage: int | str) -> str | None:
    """Return the years of the boundaries in force in a year, 2018-2021; None where no pays are held."""
    if not has_pays(root, place):
        return None
    table = read_table(root, place, "vintages").set_index("vintage")
    row = table.loc[vintage_name(root, place, vintage)]
    first, last = row["first_year"], row["last_year"]
    return str(first) if first == last else f"{first}-{last}"


def has_pays(root: Path, place: Place) -> bool:
    """Return whether pays, with their vintages, are held for a place."""
    return (reference_folder(root, place) / "vintages.csv").is_file()


def load_communes(root: Path, place: Place, vintage: int | str | None = None) -> pd.DataFrame:
    """Return the current communes of a place, one row each, sorted by code.

    Parameters
    ----------
    root : project root (the folder that holds ``data/reference``).
    place : INSEE code of a region, or a perimeter.
    vintage : year of the pays boundaries; without it the frame has no column ``pays``.

    Returns
    -------
    DataFrame
        code, name, name_de, name_a, name_dans, department, epci, epci_name (missing outside any EPCI),
        population (municipal), population_year, coastal (bool: sea or open estuary), lon, lat (area
        centroid, WGS84 degrees), pays (missing for communes in no pays), and ``own`` (and ``canton``) where the
        perimeter brings a table of units (missing for communes in none). Where the source holds no
        outline of a commune, coastal, lon and lat are missing (none in Bretagne).

    Raises
    ------
    TerritoryError
        If the place is not held, or its table of units does not fit it.
    """
    folder = reference_folder(root, place)
    table = everywhere(root, place) if folder.name == FRANCE else region_communes(root, place)
    by_vintage = [column for column in table.columns if column.startswith("pays_")]
    asked = vintage if isinstance(place, str) or vintage is not None or not place.pays else place.vintage
    if asked is not None and by_vintage:
        table = table.rename(columns={f"pays_{vintage_name(root, place, asked)}": "pays"})
    if not isinstance(place, str):
        whole = table.assign(region=folder.name) if folder.name != FRANCE else table
        table = table[inside(_merged(root, place), whole)].reset_index(drop=True)
    table = table.drop(columns=[c for c in by_vintage if c in table])
    if vintage is None and "pays" in table:
        table = table.drop(columns="pays")
    if not isinstance(place, str) and place.units_file is not None:
        units = own_units(root, place, table["code"]).set_index("commune")["unit"]
        table = table.assign(**{level: table["code"].map(units) for level in OWN})
    return table


def region_communes(root: Path, place: Place) -> pd.DataFrame:
    """Return every commune of a region that has tables of its own."""
    table = read_table(root, place, "communes")
    return table.astype({"coastal": "boolean" if table["coastal"].hasnans else bool})


def communes_of_france(root: Path) -> set[str]:
    """Return the codes of every commune of today; none where the tables of all France are not there."""
    path = Path(root) / "data" / "reference" / FRANCE / "communes.csv.gz"
    return set(read(path)["code"].tolist()) if path.is_file() else set()


def everywhere(root: Path, place: Place) -> pd.DataFrame:
    """Return the communes of the tables of all France, with their French forms; those of one region where it is one."""
    folder = Path(root) / "data" / "reference" / FRANCE
    table = read(folder / "communes.csv.gz")
    table = table[table["region"] == place] if isinstance(place, str) else table
    if not isinstance(place, str):
        table = table[inside(_merged(root, place), table)]
    table = table.reset_index(drop=True)
    forms = [commune_forms(n, int(a)) for n, a in zip(table["name"], table["article"], strict=True)]
    table = table.drop(columns=["name", "article"]).join(pd.DataFrame(forms, index=table.index))
    spoken = read(folder / "exceptions.csv").set_index("code")
    for form, column in (("name_de", "name_de"), ("name_a", "name_a"), ("name_dans", "name_a")):
        table[form] = table["code"].map(spoken[column]).fillna(table[form])
    people = read(folder / "populations.csv.gz").set_index("code")
    latest = max(c for c in map(str, people.columns) if _year(c))
    names = read(folder / "epci.csv.gz").set_index("code")["name"]
    return table.assign(
        epci_name=table["epci"].map(names),
        population=table["code"].map(people[latest]).fillna(0).astype("int64"),
        population_year=int(latest),
        coastal=pd.array([pd.NA] * len(table), dtype="boolean"),
    )


def load_units(root: Path, place: Place, level: str, vintage: int | str | None = None) -> pd.DataFrame:
    """Return the units of a level, one row each, sorted by code.

    Parameters
    ----------
    root, place : as in `load_communes`.
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
    communes = load_communes(root, place, needed_vintage(level, vintage))
    if level == "commune":
        return communes.assign(label=communes["name"], communes=1)[UNIT_COLUMNS]
    if level == "region":
        communes = communes.assign(region=code_of(place))
    if level not in communes:
        raise TerritoryError(
            "these units are not in the reference tables",
            where="evaluation.yaml, key territory.level",
            found=level,
            allowed=["epci", "department", "commune"],
            action="for level own or canton, give territory.units: a table with columns commune, unit, name",
        )
    counted = communes.groupby(level).agg(
        population=("population", "sum"),
        population_year=("population_year", "first"),
        communes=("code", "size"),
    )
    names = _names(root, place, level)
    names = names.drop(columns=["population", "communes"], errors="ignore")
    if "label" not in names:
        names["label"] = names["name"]
    units = names.merge(counted, left_on="code", right_index=True, how="inner").sort_values("code", ignore_index=True)
    more = ("label_de", "name_region", "name_en", "the_en")
    return units[[*UNIT_COLUMNS, *(c for c in more if c in units)]]


def _names(root: Path, place: Place, level: str) -> pd.DataFrame:
    """Return the names of the units of a level; those of the whole for level ``region``."""
    if level in OWN and not isinstance(place, str):
        return own_units(root, place).drop(columns="commune").rename(columns={"unit": "code"}).drop_duplicates("code")
    if level == "department":
        return read_table(root, place, "departments")
    return _whole(root, place) if level == "region" else read_table(root, place, level)


def _whole(root: Path, place: Place) -> pd.DataFrame:
    """Return the names of the whole: declared, else those of the one unit that it is.

    Raises
    ------
    TerritoryError
        For a perimeter of several units without a name.
    """
    code, one = code_of(place), single(place)
    if not isinstance(place, str) and place.names:
        return pd.DataFrame([{"code": code, **names_of(place.names)}])
    if one is None:
        raise TerritoryError(
            "a perimeter of several units needs a name",
            where="evaluation.yaml, key territory.name",
            found="nothing",
            allowed='{fr: "le pays de Vannes", en: "the Vannes area"}, each with its article',
            action="name it as sentences should: results of the whole are said under this name",
        )
    level, of = one
    if level == "region":
        english = Path(root) / "data" / "reference" / FRANCE / "regions.csv"
        own = reference_folder(root, place) / "region.csv"
        table = read(own) if own.is_file() else read(english)
        if english.is_file() and "name_en" not in table:
            table = table.merge(read(english)[["code", "name_en"]], on="code", how="left")
    elif level == "commune":
        table = load_communes(root, place)[["code", *FORMS]]
    else:
        table = _names(root, place, level)
    return table[table["code"] == of].assign(code=code)


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
