"""The received files: what researchers get, told by the instrument, the same bytes every time."""

import csv
import hashlib
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from pipeline.errors import SimulateError
from pipeline.evaluation import Evaluation, Source, load
from pipeline.instrument import Instrument
from pipeline.simulate import simulate
from pipeline.simulate import write as writing
from pipeline.simulate.comments import CODED, coded
from pipeline.simulate.received import write_table
from tests.simulate.conftest import ROOT, new_project

RECORDS = {"fieldwork": "utf-8", "attendance": "utf-8", "register": "cp1252"}


def _sav(evaluation: Evaluation) -> tuple[pd.DataFrame, object]:
    return pyreadstat.read_sav(str(evaluation.data / "users-2003.sav"), user_missing=True)


def _lime(evaluation: Evaluation) -> pd.DataFrame:
    path = evaluation.data / "users-2006.csv"
    return pd.read_csv(path, sep=";", encoding="cp1252", dtype=str, keep_default_na=False)


def _sample(evaluation: Evaluation, wave: str) -> pd.DataFrame:
    return pd.read_parquet(evaluation.stage("simulate") / f"sample_{wave}.parquet").set_index("questionnaire")


def test_every_received_column_is_a_question_of_its_wave_and_the_reverse(received: Evaluation) -> None:
    instrument = received.instruments["users"]
    for wave, columns in (("2003", _sav(received)[0].columns), ("2006", _lime(received).columns)):
        declared = [c for q in instrument.questions for c in q.columns(wave).values()]
        assert sorted(columns) == sorted(declared)
    for name, encoding in RECORDS.items():
        source = received.source(name)
        spec = source.files["all"]
        header = (received.data / spec.path).read_text(encoding=encoding).splitlines()[0].split(";")
        declared = [c for q in received.instruments[name].questions for c in q.columns(None).values()]
        assert sorted(header) == sorted([*declared, *([spec.wave_column] if spec.wave_column else [])])


def test_every_code_in_the_surveys_is_declared(received: Evaluation) -> None:
    for wave, frame in (("2003", _sav(received)[0]), ("2006", _lime(received))):
        for question in received.instruments["users"].questions:
            if not question.codes or not question.asked(wave):
                continue
            column = question.columns(wave)[question.name]
            recode = question.history(wave).recode or {}
            known = {str(c) for c in (*recode, *question.codes, *question.missing)}
            found = {f"{v:g}" if isinstance(v, float) else str(v) for v in frame[column] if v == v and v != ""}
            assert found <= known, column


def test_the_spss_file_declares_labels_and_user_missing_codes(received: Evaluation) -> None:
    frame, meta = _sav(received)
    assert "fictives simulées" in meta.file_label
    assert meta.variable_value_labels["Q3_SITUA"][4] == "à la retraite"
    assert meta.column_names_to_labels["Q1_AGE"] == "Quel est votre âge ?"
    declared = {c: [r["lo"] for r in ranges] for c, ranges in meta.missing_ranges.items()}
    assert declared["Q6_VISITES"] == [99]
    assert declared["Q8F_ATELIERS"] == [8, 9]
    blanked, _ = pyreadstat.read_sav(str(received.data / "users-2003.sav"))
    assert blanked["Q8F_ATELIERS"].isin([8, 9]).sum() == 0
    assert frame["Q8F_ATELIERS"].isin([8, 9]).sum() > 50


@pytest.mark.parametrize("wave", ["2003", "2006"])
def test_answers_come_back_from_the_files(received: Evaluation, planted: pd.DataFrame, wave: str) -> None:
    sample = _sample(received, wave)
    if wave == "2003":
        frame = _sav(received)[0]
        keys = frame["NUMQ"].astype(int).astype(str)
        visits, sex = frame["Q6_VISITES"].replace(99, np.nan), frame["Q2_SEXE"]
        tick, note = frame["Q9_06"], frame["Q8B_ACCUEIL"].where(lambda v: v < 8)
    else:
        frame = _lime(received)
        keys = frame["id"]
        visits = pd.to_numeric(frame["Q06"], errors="coerce")
        sex = frame["Q02"].map({"A1": 1.0, "A2": 2.0})
        tick = frame["Q09[SQ006]"].map({"Y": 1.0, "N": 0.0})
        note = pd.to_numeric(frame["Q08[SQ002]"].str[1:], errors="coerce").where(lambda v: v < 6)
    assert set(keys) == set(sample.index)
    truth = sample.loc[keys.to_numpy()].reset_index(drop=True)
    for column, values in (("visits_4w", visits), ("sex", sex), ("wants_blog_or_site", tick), ("sat_welcome", note)):
        told = truth[column].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
        assert np.array_equal(values.to_numpy(dtype=float), told, equal_nan=True), column


def test_amounts_have_a_decimal_comma_and_remarks_keep_their_lines(received: Evaluation) -> None:
    frame = _lime(received)
    assert frame["Q11A"].str.fullmatch(r"\d+,\d\d").all()
    assert frame["Q14"].str.contains("\n").any()
    assert frame["Q15"].str.endswith("@exemple.invalid").sum() > 50
    partial = frame["lastpage"] == "2"
    assert (frame.loc[partial, "submitdate"] == "").all()
    assert (frame.loc[partial, "Q09[SQ001]"] == "").all()


def test_planted_errors_stand_where_the_record_says(received: Evaluation, planted: pd.DataFrame) -> None:
    records, lines = [], []
    with (received.data / "users-2006.csv").open(encoding="cp1252", newline="") as file:
        reader = csv.reader(file, delimiter=";")
        before = 0
        for row in reader:
            records.append(row)
            lines.append(before + 1)
            before = reader.line_num
    head, at_line = records[0], dict(zip(lines, records, strict=True))
    mine = planted[planted["file"] == "users-2006.csv"]
    first, last = received.wave("2006").field
    register = (received.data / "register.csv").read_text(encoding="cp1252")
    seen: set[str] = set()
    for row in mine.itertuples():
        cells = dict(zip(head, at_line[row.line], strict=True))
        seen.add(row.kind)
        assert cells["id"] == row.key
        if row.kind == "age_impossible":
            assert not 15 <= int(cells["Q01"]) <= 99
        elif row.kind == "unknown_space":
            assert cells["Q00A"] not in register
        elif row.kind == "date_outside_field":
            assert not str(first) <= cells["Q00B"] <= str(last)
        elif row.kind == "encoding":
            assert "Ã" in cells["Q14"]
        elif row.kind == "duplicated_sign_in":
            assert sum(r[0] == cells["id"] for r in records) == 2
    kinds = {"age_impossible", "unknown_space", "date_outside_field", "encoding", "duplicated_sign_in"}
    assert kinds <= seen


def test_shares_of_planted_errors_are_those_of_the_table(received: Evaluation, planted: pd.DataFrame) -> None:
    truth = writing.draw_population(received).truth.planted_errors
    for wave, file in (("2003", "users-2003.sav"), ("2006", "users-2006.csv")):
        n = len(_sample(received, wave))
        counts = planted[planted["file"] == file]["kind"].value_counts()
        for kind, share in truth:
            if kind != "age_sum_differs":
                assert counts.get(kind, 0) == round(share * n)


def test_wrong_totals_are_the_only_ones_that_differ_from_their_ages(
    received: Evaluation, planted: pd.DataFrame
) -> None:
    frame = pd.read_csv(received.data / "attendance.csv", sep=";")
    sums = frame.groupby(["id_espace", "mois", "activite"])["visites"].transform("sum", min_count=6)
    wrong = frame.index[(sums != frame["total_activite"]) & sums.notna()] + 2
    told = planted.loc[planted["kind"] == "age_sum_differs", "line"]
    assert sorted(wrong) == sorted(told)
    assert len(told) > 10


def test_the_register_holds_its_disorder_and_every_space(received: Evaluation, planted: pd.DataFrame) -> None:
    register = pd.read_csv(received.data / "register.csv", sep=";", encoding="cp1252", dtype=str)
    spaces = pd.read_parquet(received.stage("simulate") / "spaces.parquet")
    mine = planted[planted["file"] == "register.csv"]
    rows = register.iloc[mine["line"].to_numpy() - 2].reset_index(drop=True)
    kind = mine["kind"].to_numpy()
    assert (rows["id_espace"].to_numpy() == mine["key"].to_numpy()).all()
    assert set(spaces["site_id"]) <= set(register["id_espace"])
    assert len(register) == len(spaces) + (kind == "duplicate").sum()
    assert rows["anciens_noms"].notna().tolist() == (kind == "renamed_alias").tolist()
    listed = rows[kind == "closed_still_listed"]
    assert (listed["situation"] == "open").all()
    assert listed["date_fermeture"].notna().all()
    true_commune = spaces.set_index("site_id")["commune"]
    differs = register[register["id_espace"].isin(true_commune.index)]
    differs = differs[differs["code_insee"] != differs["id_espace"].map(true_commune)]
    assert set(differs["id_espace"]) == set(mine.loc[kind == "old_insee_code", "key"])


def test_other_files_use_former_and_double_identifiers(received: Evaluation) -> None:
    attendance = pd.read_csv(received.data / "attendance.csv", sep=";", usecols=["id_espace", "mois"], dtype=str)
    number = attendance["id_espace"].str[-3:].astype(int)
    year = attendance["mois"].str[:4]
    assert set(year[(number > 800) & (number < 900)]) == {"2003"}
    assert set(year[number > 900]) == {"2006"}


def test_the_same_seed_writes_the_same_bytes_with_or_without_the_truth(received: Evaluation, tmp_path: Path) -> None:
    again = load("miniature", new_project(tmp_path))
    simulate(again, recorded=False)
    assert not again.stage("simulate").exists()
    for path in sorted(received.data.iterdir()):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert hashlib.sha256((again.data / path.name).read_bytes()).hexdigest() == digest, path.name


def test_another_seed_draws_another_sample_of_the_same_population(received: Evaluation, tmp_path: Path) -> None:
    again = load("miniature", new_project(tmp_path))
    simulate(again, seed=7)
    build = received.stage("simulate"), again.stage("simulate")
    pd.testing.assert_frame_equal(*(pd.read_parquet(b / "population_2003.parquet") for b in build))
    assert (received.data / "attendance.csv").stat().st_size == pytest.approx(
        (again.data / "attendance.csv").stat().st_size, rel=0.001
    )
    assert (received.data / "users-2006.csv").read_bytes() != (again.data / "users-2006.csv").read_bytes()


def test_nothing_is_written_when_one_source_cannot_be(received: Evaluation, tmp_path: Path) -> None:
    project = new_project(tmp_path)
    path = project / "surveys" / "miniature" / "evaluation.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("    kind: attendance\n", "    kind: network\n"), encoding="utf-8")
    evaluation = load("miniature", project)
    evaluation.data.mkdir(parents=True)
    shutil.copy(received.data / "users-2003.sav", evaluation.data / "kept.sav")
    with pytest.raises(SimulateError, match="cooperation"):
        simulate(evaluation)
    assert [p.name for p in evaluation.data.iterdir()] == ["kept.sav"]
    assert not evaluation.stage("simulate").exists()
    assert [p.name for p in evaluation.data.parent.iterdir()] == ["miniature"]


def test_every_remark_of_the_simulation_is_coded_by_file_and_line() -> None:
    remarks = pd.Series(["RAS", None, "Merci à l'équipe pour sa patience.", "TrÃ¨s bon accueil, Ã\xa0 dÃ©velopper."])
    table = coded("f.csv", np.array([2, 3, 5, 6]), remarks, "2006")
    assert table["row"].tolist() == ["f.csv:2", "f.csv:5", "f.csv:6"]
    assert table[["theme1", "theme2"]].to_numpy().tolist() == [["aucun", ""], ["welcome", "help"], ["welcome", ""]]


def test_themes_of_the_simulation_are_those_of_the_codebook() -> None:
    question = load("bretagne-cybercommunes", ROOT).instruments["users"].question("comment")
    assert question is not None
    assert {t for themes in CODED.values() for t in themes} == {t.name for t in question.themes}


def test_answers_of_one_cell_stand_in_one_column_and_waves_in_their_files(tmp_path: Path) -> None:
    instrument = Instrument.model_validate(
        {
            "name": "sheets",
            "title": {"fr": "Fiches"},
            "questions": [
                {"name": "id", "type": "key", "role": "respondent", "wording": {"fr": "Numéro"}},
                {
                    "name": "themes",
                    "type": "multiple",
                    "column": "Thèmes",
                    "separator": "|",
                    "wording": {"fr": "Thèmes"},
                    "items": [{"name": n, "label": {"fr": n}} for n in ("web", "mail")],
                },
            ],
        }
    )
    files = {wave: {"path": f"sheets-{wave}.csv", "separator": ";"} for wave in ("2003", "2006")}
    source = Source.model_validate({"name": "sheets", "kind": "survey", "instrument": "sheets.yaml", "files": files})
    rows = pd.DataFrame({"id": ["a", "b"], "themes": ["web|mail", None], "wave": ["2003", "2006"]})
    write_table(tmp_path, source, instrument, rows)
    first, last = (pd.read_csv(tmp_path / f"sheets-{wave}.csv", sep=";") for wave in ("2003", "2006"))
    assert first.to_dict("list") == {"id": ["a"], "Thèmes": ["web|mail"]}
    assert last["id"].tolist() == ["b"]
    assert last["Thèmes"].isna().all()
    with pytest.raises(SimulateError, match="lacks columns"):
        write_table(tmp_path, source, instrument, rows.drop(columns="themes"))
