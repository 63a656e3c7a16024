"""The research file: labels that come back, nothing that identifies, and refusal where too few people are alike."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from pipeline.errors import EvaluationError, PublishError
from pipeline.evaluation import Disclosure, Evaluation, ResearchFile, load
from pipeline.publish.annex.label_texts import label_texts
from pipeline.publish.annex.research.file import write_research_file
from pipeline.publish.annex.research.k_anonymity import class_sizes
from pipeline.publish.annex.research.variables import MISSING, SUPPRESSED, missing_labels

ROOT = Path(__file__).parents[4]
GENERAL = {"bands": {"age": [15, 25, 45, 60]}, "suppress": ["occupation", "sex", "age"], "drop": ["last_page"]}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a build folder with an invented weighted table of the miniature's users."""
    rng, n = np.random.default_rng(3), 400
    instrument = load("miniature", ROOT).instruments["users"]
    frame = pd.DataFrame({"wave": rng.choice(["2003", "2006"], n), "stratum": rng.choice(["01", "02"], n)})
    frame["site_id"] = [f"SECRET-{i:02d}" for i in rng.integers(0, 12, n)]
    frame["commune"], frame["_line"], frame["_answered"] = "29019", range(n), True
    for q in instrument.questions:
        answered = rng.uniform(size=n) > 0.1
        frame[f"{q.name}__status"] = np.where(answered, "answered", "no_answer")
        for column in q.clean_columns():
            frame[column] = _invented(q, n, rng)
            frame[column] = frame[column].where(answered)
    frame["day"] = pd.Timestamp("2006-11-13") + pd.to_timedelta(rng.integers(0, 3, n), unit="D")
    frame["space_id"], frame["spaces_in_pays"], frame["opening_days"] = frame["site_id"], 9, 20
    frame["_weight_visit"], frame["_weight_person"] = rng.uniform(1, 9, n), rng.uniform(1, 5, n)
    empty = frame.iloc[:5].assign(_answered=False, _weight_visit=0.0, _weight_person=0.0)
    folder = tmp_path_factory.mktemp("research") / "build" / "miniature" / "weight" / "users"
    folder.mkdir(parents=True)
    for wave, rows in pd.concat([frame, empty]).groupby("wave"):
        rows.to_parquet(folder / f"{wave}.parquet", index=False)
    plan = {"strata": "stratum", "clusters": ["site_id", "day"], "population_sizes": ["spaces_in_pays", "opening_days"]}
    (folder / "design.json").write_text(json.dumps(plan), encoding="utf-8")
    (folder.parents[3] / "reports").symlink_to(ROOT / "reports")
    return folder.parents[3]


def _invented(q: Any, n: int, rng: np.random.Generator) -> pd.Series:
    if q.type == "multiple":
        return pd.Series(rng.uniform(size=n) < 0.4, dtype="boolean")
    if q.codes:
        return pd.Series([list(q.codes)[i] for i in rng.integers(0, len(q.codes), n)])
    if q.type in ("number", "count"):
        low, high = q.range or (0, 9)
        return pd.Series(np.floor(rng.uniform(low, high + 1, n)), dtype="Float64")
    return pd.Series([f"SECRET {q.name} {i}" for i in range(n)])


def evaluation(root: Path, k: int = 5, **settings: Any) -> Evaluation:
    declared = load("miniature", ROOT)
    update = {"research_file": ResearchFile(**settings), "disclosure": Disclosure(k=k)}
    return dataclasses.replace(declared, root=root, settings=declared.settings.model_copy(update=update))


@pytest.fixture(scope="module")
def written(tables: Path) -> Path:
    said = write_research_file(evaluation(tables, **GENERAL, sensitive=["sat_overall"]))
    assert "k = " in said
    return tables / "build" / "miniature" / "research"


def test_the_sav_comes_back_with_the_labels_and_missing_values_of_the_codebook(written: Path) -> None:
    table, meta = pyreadstat.read_sav(str(written / "users.sav"), user_missing=True)
    book = pd.read_csv(written / "users-codebook.csv", sep=";", keep_default_na=False)
    names = book.drop_duplicates("variable").set_index("variable")["label"].to_dict()
    assert dict(zip(meta.column_names, meta.column_labels, strict=True)) == names
    coded = book[book["code"] != ""]
    for variable, rows in coded.groupby("variable"):
        expected = dict(zip(rows["code"].astype(float), rows["code_label"], strict=True))
        assert meta.variable_value_labels[variable] == expected, variable
        declared = sorted(rows.loc[rows["missing"] == "x", "code"].astype(float))
        ranges = meta.missing_ranges.get(variable, [])
        assert [r for r in declared if not any(x["lo"] <= r <= x["hi"] for x in ranges)] == []
    csv = pd.read_csv(written / "users.csv", sep=";", decimal=",")
    np.testing.assert_allclose(csv.to_numpy(float), table.to_numpy(float), rtol=1e-9)


def test_the_instrument_s_labels_are_in_the_file(written: Path) -> None:
    _, meta = pyreadstat.read_sav(str(written / "users.sav"))
    question = load("miniature", ROOT).instruments["users"].question("sat_overall")
    assert question is not None
    labels = {k: v for k, v in meta.variable_value_labels["sat_overall"].items() if k > 0}
    assert labels == {float(c): t.fr for c, t in question.codes.items()}


def test_synthetic_data_say_so_in_the_file(written: Path) -> None:
    _, meta = pyreadstat.read_sav(str(written / "users.sav"))
    assert "Données fictives simulées" in " ".join(meta.notes)


def test_nothing_that_identifies_is_in_the_file(written: Path) -> None:
    for path in written.iterdir():
        assert b"SECRET" not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0
    columns = set(pd.read_csv(written / "users.csv", sep=";").columns)
    assert not columns & {"questionnaire", "site_id", "space_id", "day", "commune", "comment", "email", "_line"}
    assert {"psu", "ssu", "stratum", "weight_person", "weight_visit", "fpc1", "fpc2"} <= columns


def test_people_alike_are_k_or_more_and_rows_without_a_person_are_left_out(written: Path) -> None:
    table = pd.read_csv(written / "users.csv", sep=";", decimal=",")
    assert len(table) == 400
    assert class_sizes(table, ["wave", "stratum", "age", "sex", "occupation"]).min() >= 5


def test_units_stay_together_under_their_new_numbers(written: Path, tables: Path) -> None:
    files = sorted((tables / "build" / "miniature" / "weight" / "users").glob("*.parquet"))
    frame = pd.concat([pd.read_parquet(p) for p in files])
    site = frame[frame["_answered"]]["site_id"].to_numpy()
    table = pd.read_csv(written / "users.csv", sep=";", decimal=",")
    pairs = set(zip(site, table["psu"], strict=True))
    assert len(pairs) == len(set(site)) == table["psu"].nunique()
    assert (table.groupby("ssu")["psu"].nunique() == 1).all()


def test_a_file_under_k_is_refused_with_what_to_generalise_and_the_older_one_is_gone(tables: Path) -> None:
    folder = tables / "build" / "miniature" / "research"
    write_research_file(evaluation(tables, **GENERAL))
    with pytest.raises(PublishError, match="too few people are alike") as fault:
        write_research_file(evaluation(tables))
    assert "age" in str(fault.value)
    assert "research_file" in str(fault.value)
    assert [p.name for p in folder.iterdir()] == ["k-anonymity.csv"]
    report = pd.read_csv(folder / "k-anonymity.csv", sep=";", dtype=str)
    assert report.loc[(report["measure"] == "k") & (report["stage"] == "research file"), "value"].item() == "1"
    write_research_file(evaluation(tables, **GENERAL, sensitive=["sat_overall"]))


def test_the_report_and_the_refusal_tell_no_count_of_fewer_records_than_k(tables: Path) -> None:
    folder, k = tables / "build" / "miniature" / "research", 60
    few = {str(n) for n in range(1, k)}
    with pytest.raises(PublishError, match="too few people are alike") as fault:
        write_research_file(evaluation(tables, k=k, quasi_identifiers=["wave", "sex"], drop=["age", "occupation"]))
    assert not set(re.findall(r"(?<!to )\b(\d+) records", str(fault.value))) & few
    report = pd.read_csv(folder / "k-anonymity.csv", sep=";", dtype=str)
    counts = set(report[report["measure"].isin(["unique", "under", "classes_under", "suppressed"])]["value"])
    assert not counts & few
    assert f"1 to {k - 1}" in counts
    write_research_file(evaluation(tables, **GENERAL, sensitive=["sat_overall"]))


def test_an_unknown_variable_is_refused(tables: Path) -> None:
    with pytest.raises(EvaluationError, match="no such variable"):
        write_research_file(evaluation(tables, drop=["nothing"]))


def test_values_above_the_top_code_are_not_told(tables: Path) -> None:
    write_research_file(evaluation(tables, k=2, **{**GENERAL, "top_code": {"visits_4w": 6}}))
    table = pd.read_csv(tables / "build" / "miniature" / "research" / "users.csv", sep=";", decimal=",")
    assert table["visits_4w"].max() == 6


def test_missing_codes_have_one_meaning_each() -> None:
    labels = missing_labels(label_texts(ROOT, ("fr",), "_research"))
    assert len(set(labels.values())) == len(labels)
    assert {*labels} == {*MISSING.values(), SUPPRESSED}
    assert all(code < 0 for code in labels)
