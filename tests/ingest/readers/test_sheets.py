"""A workbook's records come from the sheets that hold them; hidden ones, notes and repeat groups replace none."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipeline.errors import IngestError
from pipeline.evaluation import FileSpec
from pipeline.ingest.faults import Blocked
from pipeline.ingest.readers.received import Received, read_received
from pipeline.ingest.readers.sheets import names_wave, wave_names
from pipeline.ingest.scaffold.draft_evaluation import Drafted, draft_evaluation

HEADER = ["id", "Sexe", "Age", "Avis"]


def answers(n: int) -> list[list[Any]]:
    return [HEADER, *[[i + 1, "HF"[i % 2], 20 + i % 40, ["bon", "mauvais"][i % 2]] for i in range(n)]]


def saved(path: Path, states: dict[str, str] | None = None, **sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name.replace("__", " "))
        sheet.sheet_state = (states or {}).get(name, "visible")
        for row in rows:
            sheet.append(row)
    book.active = next(i for i, s in enumerate(book.worksheets) if s.sheet_state == "visible")
    book.save(path)
    return path


def read(path: Path, **spec: Any) -> Received:
    declared = FileSpec.model_validate({"path": path.name, **spec})
    return read_received(path, path.name, declared, lambda columns: [c for c in columns if c], first_sheet=True)


def told(received: Received) -> str:
    return " / ".join(n.said for n in received.notes)


def drafted(*paths: Path) -> Drafted:
    return draft_evaluation("essai", paths, dt.date(2026, 11, 29))


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_read_only_where_it_is_asked_for(tmp_path: Path, state: str) -> None:
    path = saved(tmp_path / "f.xlsx", {"Brouillon": state}, Brouillon=answers(30), Rep=answers(4))
    got = read(path)
    assert len(got.table) == 4
    assert "hidden sheets, not read: Brouillon" in told(got)
    assert len(read(path, sheet="Brouillon").table) == 30
    assert any("Brouillon" in line for line in drafted(path).said)


def test_a_longer_sheet_of_notes_and_a_repeat_group_are_told_and_hold_no_respondents(tmp_path: Path) -> None:
    repeat = [["prenom", "_index", "_parent_index"], *[["x", i, 1 + i // 3] for i in range(40)]]
    path = saved(tmp_path / "f.xlsx", Notes=[[f"Note {i}"] for i in range(60)], Rep=answers(6), membres=repeat)
    got = read(path)
    assert len(got.table) == 6
    assert "Notes (59 rows)" in told(got)
    assert "repeat groups, whose rows are no respondents, not read: membres (40 rows)" in told(got)


@pytest.mark.parametrize(("names", "waves"), [(["2021", "2022"], ["2021", "2022"]), (["Avant", "Après"],) * 2])
def test_sheets_named_as_waves_are_all_read(tmp_path: Path, names: list[str], waves: list[str]) -> None:
    path = saved(tmp_path / "f.xlsx", **{names[0]: answers(12), names[1]: answers(15), "Autre": [["a", "b"], [1, 2]]})
    made = drafted(path)
    files = made.settings["sources"][0]["files"]
    assert [(wave, f["path"], f["sheet"]) for wave, f in files.items()] == [
        (wave, "f.xlsx", name) for wave, name in zip(waves, names, strict=True)
    ]
    assert [w["name"] for w in made.settings["waves"]] == waves
    said = " ".join(made.said)
    assert "12 records" in said
    assert "15 records" in said
    assert "sheet 'Autre': LEFT OUT" in said


def test_sheets_alike_that_are_no_waves_stop_with_all_their_names(tmp_path: Path) -> None:
    months = {m: [["Espace", "Votre avis"], ["A", 4], ["B", 5]] for m in ("Janvier", "Mars", "Avril")}
    with pytest.raises(IngestError) as caught:
        drafted(saved(tmp_path / "f.xlsx", **months))
    for month in months:
        assert month in str(caught.value)
    # What the message advises works: hidden sheets are not in the way.
    drafted(saved(tmp_path / "g.xlsx", {"Mars": "hidden", "Avril": "hidden"}, **months))


def test_a_workbook_of_hidden_sheets_alone_cannot_be_read_unasked(tmp_path: Path) -> None:
    path = saved(tmp_path / "f.xlsx", {"R": "visible"}, R=answers(3))
    book = openpyxl.load_workbook(path)
    book.create_sheet("vide")
    book.worksheets[0].sheet_state = "hidden"
    book.active = 1
    book.save(path)
    with pytest.raises(Blocked):
        read(path)
    assert len(read(path, sheet="R").table) == 3


def test_names_of_sheets_say_waves() -> None:
    assert all(map(names_wave, ["2021", "Vague 2", "Avant", "T1", "enquête 2019"]))
    assert not any(map(names_wave, ["Feuil1", "Brest", "Janvier 2006", "Données"]))
    assert wave_names(["Avant 2021", "Après 2021"]) == ["Avant 2021", "Après 2021"]
    assert wave_names(["Enquête (2021)", "Enquête (2022)"]) == ["2021", "2022"]
