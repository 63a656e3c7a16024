"""The Baromètre du numérique, one file of fifteen waves: every row, every value, as its codebook counts them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.ingest import read_sources
from pipeline.ingest.privacy.patterns import masked

from .conftest import Make, question

FOLDER = Path(os.environ.get("PIPELINE_REAL_DATA", "/nonexistent"))
FILE = "barometre-numerique-2007-2022.csv.gz"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (FOLDER / FILE).is_file(), reason="PIPELINE_REAL_DATA does not name a folder with the file"),
]
DONT_KNOW = ("[Nsp", "Ne sait")


def instrument(codebook: list[dict[str, Any]], years: list[int]) -> list[dict[str, Any]]:
    kinds = {
        "IDENT": {"type": "key", "role": "respondent"},
        "POND": {"type": "number"},
        "AGE": {"type": "number", "role": "age"},
    }
    questions = []
    for v in codebook:
        if v["variable"] == "ANNEE":
            continue
        values = [c for c in v["values"] if c not in ("min", "max")]
        if v["variable"] in kinds or not values:
            kind: dict[str, Any] = kinds.get(v["variable"], {"type": "number"})
        else:
            unsure = {c: "dont_know" for c in values if c.startswith(DONT_KNOW)}
            kind = {"type": "single", "codes": {c: {"fr": c} for c in values if c not in unsure}, "missing": unsure}
        absent = {str(y): {"asked": False} for y in years if y not in v["years"]}
        name = v["variable"].lower()
        questions.append(question(name, kind.pop("type"), column=v["variable"], waves=absent, **kind))
    return questions


def test_every_value_of_every_wave_is_counted_as_the_codebook_counts_it(make: Make) -> None:
    codebook = json.loads((FOLDER / "barometre-numerique-codebook.json").read_text(encoding="utf-8"))
    years = sorted({y for v in codebook for y in v["years"]})
    waves = [{"name": str(y), "field": [f"{y}-01-01", f"{y}-12-31"]} for y in years]
    spec = {"path": FILE, "encoding": "utf-8", "separator": ",", "wave_column": "ANNEE"}
    source = {"files": {"all": spec | {"waves": {str(y): y for y in years}}}}
    read = read_sources(make(instrument(codebook, years), (FOLDER / FILE).read_bytes(), source=source, waves=waves))
    users = read.clean["users"]
    by_variable = {v["variable"]: v for v in codebook}
    assert len(users) == by_variable["ANNEE"]["n_non_missing"] == users["ident"].nunique()
    assert users["wave"].value_counts().to_dict() == by_variable["ANNEE"]["values"]
    assert users["_line"].is_unique
    for v in codebook:
        name = v["variable"].lower()
        if v["variable"] == "ANNEE" or "min" in v["values"]:
            continue
        unsure = {k: n for k, n in v["values"].items() if k.startswith(DONT_KNOW)}
        sure = {k.strip(): n for k, n in v["values"].items() if k not in unsure}
        assert users[name].str.strip().value_counts().to_dict() == sure, name
        assert (users[f"{name}__status"] == "dont_know").sum() == sum(unsure.values()), name
        asked = users[f"{name}__status"] != "not_asked"
        assert set(users.loc[asked, "wave"]) == {str(y) for y in v["years"]}


def test_no_value_header_or_label_of_a_real_survey_is_taken_for_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    table = pd.read_csv(FOLDER / FILE, dtype="str", keep_default_na=False)
    values = {c: table[c].unique().tolist() for c in table.columns.drop("IDENT")}
    codebook = json.loads((FOLDER / "barometre-numerique-codebook.json").read_text(encoding="utf-8"))
    lost = [(c, v) for c, found in values.items() for v in (c, *found) if masked(v) != v]
    lost += [("codebook", t) for t in _texts(codebook) if masked(t, wording=True) != t]
    with capsys.disabled():
        print(f"\n{len(table)} rows, {sum(map(len, values.values()))} different values: {len(lost)} masked")
    assert lost == []


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _texts(part)
