"""A large survey file from .sav to clean tables: 100,000 rows, 21 columns, 40 expectations.

python -m benchmarks.ingest writes such a file from a fixed seed into a temporary folder, runs the ingest stage in a
process of its own (the imports count, great-expectations' among them) and prints the parts and the target.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import yaml

ROWS, SEED = 100_000, 20061113
LIKERTS, CLOSED, NUMBERS, BOXES = 6, 4, 3, 4
#: Likert items that everybody answers.
ALWAYS = 3
TARGET = 8.0
NAME = "large"


def table(rows: int = ROWS, seed: int = SEED) -> pd.DataFrame:
    """Return simulated answers: key, day, age, sex, likert items, closed questions, numbers and boxes."""
    rng = np.random.default_rng(seed)
    days = pd.to_datetime("2006-11-13") + pd.to_timedelta(rng.integers(0, 26, rows), unit="D")
    columns: dict[str, object] = {
        "id": [f"Q{i:06d}" for i in range(rows)],
        "day": days,
        "age": rng.integers(15, 99, rows).astype(float),
        "sex": rng.choice([1.0, 2.0], rows),
    }
    for i in range(LIKERTS):
        blanks = [] if i < ALWAYS else [9.0, np.nan]
        columns[f"likert_{i}"] = rng.choice([1.0, 2.0, 3.0, 4.0, 5.0, *blanks], rows)
    for i in range(CLOSED):
        columns[f"closed_{i}"] = rng.choice(np.arange(1.0, 13.0), rows)
    for i in range(NUMBERS):
        columns[f"number_{i}"] = rng.integers(0, 30, rows).astype(float)
    for i in range(BOXES):
        columns[f"box_{i}"] = rng.choice([0.0, 1.0], rows)
    return pd.DataFrame(columns)


def questions() -> list[dict[str, object]]:
    """Return the instrument's questions."""

    def question(name: str, kind: str, **more: object) -> dict[str, object]:
        return {"name": name, "type": kind, "wording": {"fr": name}, **more}

    def codes(last: int) -> dict[int, dict[str, str]]:
        return {c: {"fr": f"modalité {c}"} for c in range(1, last + 1)}

    made = [
        question("id", "key", role="respondent", required=True),
        question("day", "date", role="date", required=True),
        question("age", "number", role="age", range=[15, 99], required=True),
        question("sex", "single", role="sex", codes=codes(2), required=True),
    ]
    made += [
        question(f"likert_{i}", "likert", codes=codes(5), missing={9: "refused"}, required=i < ALWAYS)
        for i in range(LIKERTS)
    ]
    made += [question(f"closed_{i}", "single", codes=codes(12), required=True) for i in range(CLOSED)]
    made += [question(f"number_{i}", "number", range=[0, 31], required=True) for i in range(NUMBERS)]
    made += [
        question(
            "boxes",
            "multiple",
            items=[{"name": f"b{i}", "label": {"fr": f"b{i}"}, "column": f"box_{i}"} for i in range(BOXES)],
        )
    ]
    for i in range(1, LIKERTS):
        made[4 + i]["asked_if"] = [{"question": "sex", "codes": [1, 2]}]
    return made


def write(
    root: Path,
    rows: int = ROWS,
    more: Mapping[str, object] | None = None,
    asked: Sequence[dict[str, object]] = (),
    declared: Mapping[str, object] | None = None,
    **source: object,
) -> Path:
    """Write the evaluation and its received file below ``root``; return the file.

    Parameters
    ----------
    more : further columns of the answers.   asked : their questions.   declared : other settings of the evaluation.
    source : further keys of the survey.
    """
    folder, received = root / "surveys" / NAME, root / "data" / "raw" / NAME
    folder.mkdir(parents=True)
    received.mkdir(parents=True)
    instrument = {"name": "users", "title": {"fr": "Usagers"}, "questions": [*questions(), *asked]}
    evaluation = {
        "title": {"fr": "Grande enquête simulée"},
        "synthetic": True,
        "edition": 2006,
        "territory": {"region": "53", "level": "area"},
        "waves": [{"name": "2006", "field": ["2006-11-13", "2006-12-08"]}],
        "sources": [
            {
                "name": "users",
                "kind": "survey",
                "instrument": "users.yaml",
                "files": {"2006": {"path": "users.sav"}},
                **source,
            }
        ],
        "plan": [{"question": "profile"}],
        **(declared or {}),
    }
    for name, content in (("users.yaml", instrument), ("evaluation.yaml", evaluation)):
        (folder / name).write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    pyreadstat.write_sav(table(rows).assign(**(more or {})), received / "users.sav", variable_format={"day": "DATE10"})
    return received / "users.sav"


#: What the process of its own does; it prints its parts.
_RUN = """
import os, sys, time
start = time.perf_counter()
from pathlib import Path
import pipeline.ingest.readers.statistical as statistical
from pipeline.evaluation import load
from pipeline.ingest.stage import ingest
imported = time.perf_counter()
reading = []
inner = statistical.read_statistical
def timed(*args, **more):
    before = time.perf_counter()
    try:
        return inner(*args, **more)
    finally:
        reading.append(time.perf_counter() - before)
statistical.read_statistical = timed
root = Path(sys.argv[1])
ingested = ingest(load(sys.argv[2], root), root / "build")
end = time.perf_counter()
used = os.times()
parts = (imported - start, sum(reading), end - imported - sum(reading))
print(used.user + used.system, used.children_user + used.children_system, *parts)
print(len(ingested.clean["users"]), len(ingested.rules))
"""


def main() -> None:
    """Print the parts, the whole, and the target."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        (root / "data").mkdir()
        (root / "data" / "reference").symlink_to(Path(__file__).parents[1] / "data" / "reference")
        size = write(root).stat().st_size / 2**20
        start = time.perf_counter()
        told = subprocess.run(
            [sys.executable, "-c", _RUN, str(root), NAME], stdout=subprocess.PIPE, text=True, check=True
        ).stdout.split()
        whole = time.perf_counter() - start
    own, children, imports, reading, rest = map(float, told[-7:-2])
    rows, rules = map(int, told[-2:])
    shape = f"{ROWS:,} rows x {table(1).shape[1]} columns, .sav of {size:.0f} MB"
    print(f"ingest: {shape}; {rules} expectations, {rows:,} rows accepted")
    for part, seconds in (
        ("imports", imports),
        ("reading the .sav", reading),
        ("recoding, expectations, writing", rest),
    ):
        print(f"  {part:<34} {seconds:6.2f} s")
    print(f"  {'processor time':<34} {own:6.2f} s and {children:.2f} s in processes that it waited for")
    print(f"  {'whole process':<34} {whole:6.2f} s   target {TARGET:.0f} s  {'met' if whole <= TARGET else 'MISSED'}")


if __name__ == "__main__":
    main()
