"""Whatever the format: received = accepted + set aside, and every accepted record is the one at its file and line."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline.evaluation import Evaluation
from pipeline.ingest import read_sources
from pipeline.ingest.checks import engines
from pipeline.ingest.checks.duckdb_run import failing_rows

from .conftest import Make, codes, keyed, question

Table = pd.DataFrame
Write = Callable[[Table, Path], None]


def _csv(table: Table, path: Path) -> None:
    path.write_bytes(_text(table))


def _text(table: Table) -> bytes:
    return table.to_csv(index=False, sep=";").encode("utf-8")


def _zip(table: Table, path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("users.csv", _text(table))


def _sav(table: Table, path: Path) -> None:
    import pyreadstat

    pyreadstat.write_sav(table, str(path))


#: Name of the file, how it is written, and the line at which its first record stands.
FORMATS: dict[str, tuple[str, Write, int]] = {
    "csv": ("u.csv", _csv, 2),
    "gzip": ("u.csv.gz", lambda t, p: p.write_bytes(gzip.compress(_text(t))) and None, 2),
    "zip": ("u.zip", _zip, 2),
    "xlsx": ("u.xlsx", lambda t, p: t.to_excel(p, index=False), 2),
    "ods": ("u.ods", lambda t, p: t.to_excel(p, index=False, engine="odf"), 2),
    "parquet": ("u.parquet", lambda t, p: t.to_parquet(p, index=False), 1),
    "sav": ("u.sav", _sav, 1),
    "dta": ("u.dta", lambda t, p: t.to_stata(p, write_index=False), 1),
}
ASKED: list[dict[str, Any]] = [
    question("k", "key", role="respondent"),
    question("q", "single", codes=codes(1, 2)),
    question("n", "number", range=[0, 100]),
]
CHECKS = [{"rule": r, "threshold": 1} for r in ("unknown_code", "out_of_range", "repeated_key")]


def in_process(evaluation: Evaluation) -> Any:
    # duckdb here, for speed: test_engines holds that great-expectations sets aside the same rows.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "prepare", lambda: None)
        patch.setattr(engines.Together, "failing_rows", lambda _, seen, rules: lambda: failing_rows(seen, rules))
        return read_sources(evaluation)


@pytest.mark.parametrize("name", list(FORMATS))
@pytest.mark.parametrize("n", [1, 40])
def test_accounts_add_up_and_lines_lead_back(make: Make, tmp_path: Path, name: str, n: int) -> None:
    rng = np.random.default_rng([n, *name.encode()])
    table = pd.DataFrame(
        {
            "k": [f"a{i}" for i in rng.integers(0, 4 * n, n)],
            "q": rng.choice([1, 2, 7], n, p=[0.5, 0.45, 0.05] if n > 1 else [1, 0, 0]),
            "n": rng.integers(-2, 103, n).astype(float) if n > 1 else [5.0],
        }
    )
    path, write, first = FORMATS[name]
    made = make(ASKED, None, file={"path": path}, source={"checks": CHECKS})
    write(table, tmp_path / "data" / "raw" / "essai" / path)
    read = in_process(made)
    count = read.account.groupby("kind")["n"].sum()
    assert count["received"] == n == count["accepted"] + count["set_aside"]
    assert count.get("reason", 0) == count["set_aside"] == len(read.quarantine["users"])
    clean = read.clean["users"]
    wrong = ~table["q"].isin([1, 2]) | ~table["n"].between(0, 100) | table["k"].duplicated()
    assert len(clean) == (~wrong).sum()
    assert (clean["_file"] == path).all()
    back = table.iloc[clean["_line"].to_numpy() - first]
    assert clean["k"].tolist() == keyed(*back["k"])
    for column in ("q", "n"):
        assert clean[column].astype(object).tolist() == back[column].astype(object).tolist()
    lines = [*clean["_line"], *read.quarantine["users"]["_line"]]
    assert sorted(lines) == list(range(first, first + n))


def test_incomplete_responses_of_limesurvey_are_counted_apart(make: Make) -> None:
    text = "id;submitdate;lastpage;Q1\n" + "".join(
        f"{i};{'2006-11-20 10:00:00' if i % 3 else ''};{3 if i % 3 else 1};{1 + i % 2}\n" for i in range(12)
    )
    asked = [question("id", "key", role="respondent"), question("q", "single", column="Q1", codes=codes(1, 2))]
    read = in_process(make(asked, text, file={"format": "limesurvey", "incomplete": {"then": "set aside"}}))
    count = read.account.groupby("kind")["n"].sum()
    assert (count["received"], count["accepted"], count["set_aside"]) == (12, 8, 4)
    reasons = read.account[read.account["kind"] == "reason"]
    assert reasons[["reason", "n"]].values.tolist() == [["incomplete", 4]]
