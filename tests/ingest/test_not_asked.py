"""Not asked is not zero: what a whole wave leaves blank was not put to it, in reading as in a first draft."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import yaml

from pipeline.ingest.scaffold.draft_evaluation import draft_evaluation
from pipeline.ingest.scaffold.text import yaml_of
from pipeline.ingest.stage import read_sources

from .conftest import Make, codes, question

WAVES = [
    {"name": "2003", "field": ["2003-11-13", "2003-12-08"]},
    {"name": "2006", "field": ["2006-11-13", "2006-12-08"]},
]
ITEMS = [{"name": n, "label": {"fr": n}} for n in ("a", "b")]
SPEC = {"wave_column": "an", "waves": {"2003": 2003, "2006": 2006}}


def test_boxes_and_answers_blank_in_a_whole_wave_were_not_asked(make: Make) -> None:
    rows = ["2003;;;" for _ in range(12)] + ["2006;oui;non;1", "2006;non;non;2"] * 6
    asked = [question("q", "multiple", items=ITEMS), question("s", "single", codes=codes(1, 2))]
    content = "an;q_a;q_b;s\n" + "\n".join(rows) + "\n"
    ingested = read_sources(make(asked, content, source={"files": {"all": {"path": "users.csv", **SPEC}}}, waves=WAVES))
    clean = ingested.clean["users"]
    first = clean["wave"] == "2003"
    assert set(clean.loc[first, "q__status"]) == {"not_asked"}
    assert set(clean.loc[first, "s__status"]) == {"not_asked"}
    assert clean.loc[first, ["q_a", "q_b"]].isna().all(axis=None)
    assert clean.loc[~first, "q_a"].sum() == 6
    assert (ingested.decisions["kind"] == "not_asked").sum() == 2


def test_one_box_always_blank_among_answered_ones_was_not_offered(make: Make) -> None:
    content = "q_a;q_b\n" + "oui;\nnon;\n" * 6
    clean = read_sources(make([question("q", "multiple", items=ITEMS)], content)).clean["users"]
    assert clean["q_b"].isna().all()
    assert clean["q_a"].sum() == 6


def drafted(path: Path) -> dict[str, dict[str, object]]:
    found = draft_evaluation("essai", [path], dt.date(2026, 1, 1))
    instrument = next(iter(found.instruments.values()))
    questions = yaml.safe_load(yaml_of(instrument))["questions"]
    return {q["name"]: q for q in questions}


def test_a_draft_says_which_wave_was_not_asked_and_what_each_offered(tmp_path: Path) -> None:
    rows = [f"{i};2003;Oui;;;" for i in range(30)]
    rows += [f"{i};2006;{('Oui', 'Non', 'Parfois')[i % 3]};{'Oui' if i % 2 else 'Non'};Non;Oui" for i in range(30, 60)]
    path = tmp_path / "enquete.csv"
    path.write_text("id;annee;Satisfait;FREIN1;FREIN2;FREIN3\n" + "\n".join(rows) + "\n", encoding="utf-8")
    questions = drafted(path)
    assert questions["FREIN"]["waves"] == {"2003": {"asked": False}}
    assert questions["Satisfait"]["waves"] == {"2003": {"codes": ["Oui"]}}
