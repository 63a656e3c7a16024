"""The whole stage: simulated evaluations with planted errors, and everything that must be refused."""

from __future__ import annotations

import csv
import functools
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.errors import IngestError
from pipeline.evaluation import Evaluation, load
from pipeline.ingest import Ingested, ingest, read_sources
from pipeline.ingest.checks import duckdb_run, engines
from pipeline.simulate import simulate

from .conftest import ROOT, Make, codes, keyed, question

#: Planted kind -> reason under which it must be set aside.
REASONS = {
    "age_impossible": "out_of_range",
    "unknown_space": "unknown_site",
    "duplicated_sign_in": "repeated_key",
    "date_outside_field": "date_outside_field",
    "encoding": "unreadable_text",
    "age_sum_differs": "age_sum_differs",
    "attended_over_enrolled": "attended_over_enrolled",
    "unknown_actor": "unknown_actor",
    "self_tie": "self_tie",
    "tie_without_answer": "tie_without_answer",
}


def simulated(name: str, folder: Path, **options: Any) -> Evaluation:
    shutil.copytree(ROOT / "surveys", folder / "surveys")
    (folder / "data").mkdir()
    (folder / "data" / "reference").symlink_to(ROOT / "data" / "reference")
    evaluation = load(name, folder)
    simulate(evaluation, **options)
    return evaluation


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    return simulated("miniature", tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ingest")


@pytest.fixture(scope="module")
def read(evaluation: Evaluation, out: Path) -> Ingested:
    return ingest(evaluation, out)


def check_planted(evaluation: Evaluation, read: Ingested, title: str = "") -> None:
    """Print planted, found and false for each kind; hold that all are found and no clean row is set aside."""
    planted = pd.read_parquet(evaluation.stage("simulate") / "planted.parquet")
    errors = planted[planted["effect"] == "set_aside"]
    assert set(errors["kind"]) <= set(REASONS)
    expected = set(zip(errors["file"], errors["line"], errors["kind"].map(REASONS), strict=True))
    failed = read.failures[(read.failures["severity"] == "set aside") & (read.failures["source"] != "register")]
    found = set(zip(failed["file"], failed["line"], failed["reason"], strict=True))
    print(f"\n{title or evaluation.name:<44}{'planted':>8}{'found':>8}{'false':>8}")
    for kind, reason in REASONS.items():
        hidden, seen = ({e for e in every if e[2] == reason} for every in (expected, found))
        print(f"  {kind:<42}{len(hidden):>8}{len(hidden & seen):>8}{len(seen - hidden):>8}")
    resolved = planted[planted["effect"] == "resolved"]["kind"].value_counts()
    decided = read.decisions["kind"].value_counts()
    for kind, decision in RESOLVED.items():
        n, got = int(resolved.get(kind, 0)), int(decided.get(decision, 0))
        print(f"  {kind + ' (register, resolved)':<42}{n:>8}{min(n, got):>8}{max(got - n, 0):>8}")
        assert got == n
    assert expected
    assert found == expected


#: Planted in the register -> decision that resolves it.
RESOLVED = {
    "duplicate": "duplicate",
    "old_insee_code": "old_commune",
    "closed_still_listed": "closed_still_listed",
}


def test_all_planted_errors_are_found_and_no_clean_row_is_set_aside(evaluation: Evaluation, read: Ingested) -> None:
    check_planted(evaluation, read)


@pytest.mark.slow
def test_both_engines_set_aside_the_same_rows_of_a_whole_evaluation(
    evaluation: Evaluation, read: Ingested, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        engines.Together, "failing_rows", lambda _, seen, rules: functools.partial(duckdb_run.failing_rows, seen, rules)
    )
    again = read_sources(evaluation)
    pd.testing.assert_frame_equal(again.failures, read.failures)
    pd.testing.assert_frame_equal(again.rules, read.rules)
    for name, rows in read.quarantine.items():
        pd.testing.assert_frame_equal(again.quarantine[name], rows)


@pytest.mark.slow
def test_the_same_holds_for_the_default_evaluation(tmp_path: Path) -> None:
    """Its scenarios are held to it where their warnings are (`acceptance/test_scenarios.py`)."""
    evaluation = simulated("bretagne-cybercommunes", tmp_path)
    check_planted(evaluation, read_sources(evaluation), "bretagne-cybercommunes")


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_same_holds_for_other_seeds_and_sizes(tmp_path: Path, seed: int) -> None:
    evaluation = simulated("miniature", tmp_path, seed=seed, scale=(0.5, 1.0, 2.0)[seed - 1])
    check_planted(evaluation, read_sources(evaluation), f"miniature, seed {seed}")


@pytest.mark.parametrize("wave", ["2003", "2006"])
def test_accepted_answers_are_the_answers_given(evaluation: Evaluation, read: Ingested, wave: str) -> None:
    given = pd.read_parquet(evaluation.stage("simulate") / f"sample_{wave}.parquet")
    given = given.assign(questionnaire=keyed(*given["questionnaire"])).set_index("questionnaire")
    users = read.clean["users"]
    got = users[users["wave"] == wave].set_index("questionnaire")
    assert len(got) > 100
    assert got.index.is_unique
    given = given.loc[got.index]
    for column in given.columns.intersection(got.columns).drop("space_id"):
        left, right = given[column].astype("object"), got[column].astype("object")
        same = (left == right).fillna(False).astype(bool) | (left.isna() & right.isna())
        assert same.all(), f"{column}: {left[~same].iloc[0]} came back as {right[~same].iloc[0]}"


def test_spaces_of_the_register_are_the_real_ones(evaluation: Evaluation, read: Ingested) -> None:
    truth = pd.read_parquet(evaluation.stage("simulate") / "spaces.parquet").set_index("site_id").sort_index()
    register = read.clean["register"].set_index("site_id").sort_index()
    assert register.index.tolist() == truth.index.tolist()
    for column in ("commune", "pays", "opened", "closed"):
        assert (register[column].isna() == truth[column].isna()).all()
        present = truth[column].notna()
        assert (register.loc[present, column] == truth.loc[present, column]).all()


def test_received_counts_are_the_records_of_the_files(evaluation: Evaluation, read: Ingested) -> None:
    import pyreadstat

    received = read.account[read.account["kind"] == "received"].groupby("file")["n"].sum()
    for source in evaluation.settings.sources:
        for spec in source.files.values():
            path = evaluation.received(spec)
            if path.suffix == ".sav":
                n = pyreadstat.read_sav(str(path), metadataonly=True)[1].number_rows
            else:
                with path.open(encoding=spec.encoding, newline="") as handle:
                    n = sum(1 for _ in csv.reader(handle, delimiter=";")) - 1
            assert received[spec.path] == n


def test_accounts_add_up_by_source_and_wave(read: Ingested) -> None:
    table = read.account.pivot_table(index=["source", "wave"], columns="kind", values="n", aggfunc="sum").fillna(0)
    assert (table["received"] == table["accepted"] + table["set_aside"]).all()
    assert (table["reason"] == table["set_aside"]).all()
    for source, clean in read.clean.items():
        accepted = table.loc[source, "accepted"].sum()
        assert len(clean) == accepted
        assert len(read.quarantine[source]) == table.loc[source, "set_aside"].sum()


def test_what_is_written_is_what_was_read(out: Path, read: Ingested) -> None:
    tables = ["2003.parquet", "2006.parquet", "quarantine.parquet", "set-aside.csv"]
    assert sorted(p.name for p in (out / "users").iterdir()) == tables
    assert sorted(p.name for p in (out / "attendance").iterdir()) == ["all.parquet", *tables[2:]]
    rows = pd.read_csv(out / "users" / "set-aside.csv", sep=";", encoding="utf-8-sig")
    assert rows["line"].tolist() == read.quarantine["users"]["_line"].tolist()
    assert not {"comment", "email"} & set(rows.columns)
    users = pd.concat([pd.read_parquet(out / "users" / f"{w}.parquet") for w in ("2003", "2006")], ignore_index=True)
    pd.testing.assert_frame_equal(users, read.clean["users"].reset_index(drop=True))
    for name in ("account", "failures", "rules", "decisions"):
        assert (out / f"{name}.parquet").is_file()


@pytest.mark.slow
def test_reading_twice_gives_the_same(evaluation: Evaluation, read: Ingested) -> None:
    again = read_sources(evaluation)
    for name, table in read.clean.items():
        pd.testing.assert_frame_equal(table, again.clean[name])
    pd.testing.assert_frame_equal(read.failures, again.failures)


# --- refusals ------------------------------------------------------------------------------------

ASKED: list[dict[str, Any]] = [
    question("id", "key", role="respondent"),
    question("sex", "single", column="SEXE", codes=codes(1, 2)),
]
GOOD = "id;SEXE\n1;1\n2;2\n"


def refusal(make: Make, content: bytes | str | None, **more: Any) -> str:
    with pytest.raises(IngestError) as caught:
        read_sources(make(ASKED, content, **more))
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "file", "said"),
    [
        (None, {}, ["missing", "users.csv"]),
        (b"", {}, ["users.csv: the file is empty"]),
        ("id;SEX\n1;1\n", {}, ["column 'SEXE'", "question 'sex'", "near misses: SEX"]),
        (GOOD, {"separator": ","}, ["users.csv:1", "one single column", 'separator: ";"']),
        ("id;SEXE;SEXE\n1;1;1\n", {}, ["users.csv:1, column 'SEXE'", "twice"]),
        ("id;SEXE\n" + "1;é\n" * 3, {"encoding": "ascii"}, ["users.csv:2", "not in the declared encoding"]),
        (b"$FL2 not really", {"path": "users.sav"}, ["users.sav", "cannot be read"]),
        (b"a;b\n", {"path": "users.sav"}, ["users.sav", "not an SPSS file"]),
        (GOOD, {"path": "users.xlsx"}, ["users.xlsx", "not an Excel workbook", "plain text"]),
        ("id;SEXE\n" + "".join(f"{i};{i}\n" for i in range(20)), {}, ["column 'sex'", "unknown_code", "3, 4, 5"]),
        ("id;SEXE\n1;7\n2;8\n", {}, ["can be accepted", "unknown_code: 2"]),
        ("id;SEXE\n1\n2\n3\n4;1\n", {}, ["users.csv:2", "1 fields in 3", "2 names in the header"]),
    ],
)
def test_a_wrong_file_gives_one_message_with_file_and_place(
    make: Make, content: bytes | str | None, file: dict[str, Any], said: list[str]
) -> None:
    message = refusal(make, content, file=file)
    for part in said:
        assert part in message
    assert "Traceback" not in message


def test_an_unknown_value_of_the_wave_column_is_refused_with_its_line(make: Make) -> None:
    spec = {"files": {"all": {"path": "u.csv", "wave_column": "an", "waves": {"2006": 2006}}}}
    message = refusal(make, "an;id;SEXE\n2006;1;1\n2007;2;2\n;3;1\n", source=spec)
    assert "u.csv:3, column 'an'" in message
    assert "2007 (1 records), (blank) (1 records)" in message


def test_every_fault_of_every_file_is_told_at_once(make: Make) -> None:
    other = ({"kind": "survey", "files": {"2006": {"path": "autres.csv"}}}, ASKED, None)
    bad = "id;SEXE\n" + "".join(f"{i};{i}\n" for i in range(20))
    message = refusal(make, bad, more={"others": other})
    assert message.startswith("2 faults stop the reading")
    assert "autres.csv" in message
    assert "users.csv" in message


def test_nothing_is_written_when_something_blocks(make: Make, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(IngestError):
        ingest(make(ASKED, None), out)
    assert list(out.iterdir()) == []
