"""Ten million sign-ins, from a CSV file of about a gigabyte to clean Parquet and monthly counts.

    python -m benchmarks.signins [--rows 10000000]

Writes a synthetic sheet from a fixed seed into a temporary folder, ingests it streamed, and a twentieth of it both
streamed and as a table. Prints seconds, peak memory, whether both give the same counts, and the ratio by row.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv
import yaml

SEED, SPACES, PERSONS, BLOCK = 20061231, 380, 300_000, 500_000
BAR_SECONDS, BAR_MEGABYTES = 60, 2000
ACTIVITIES = ("acces libre", "accompagnement individuel", "atelier", "accueil de groupes")


def write_sheet(path: Path, rows: int) -> None:
    """Write a sheet of visits; one row in a hundred is wrong (unknown space, impossible age, no date, twice)."""
    draw = np.random.default_rng(SEED)
    days = pd.date_range("2003-01-01", "2006-12-31").strftime("%Y-%m-%d").to_numpy(dtype=object)
    spaces = np.array([f"CYB{22 + i % 4}-{i:03d}" for i in range(SPACES)] + ["INCONNU"], dtype=object)
    # Ages 4 to 94, then one that nobody reaches.
    ages = np.array([*(str(a) for a in range(4, 95)), "412"], dtype=object)
    clock = np.array([f"{h:02d}:{m:02d}" for h in range(9, 20) for m in range(60)], dtype=object)
    cards = np.array([f"Carte de lecture numero {i:07d} (bibliotheque)" for i in range(PERSONS)], dtype=object)
    what = np.array(ACTIVITIES, dtype=object)
    with path.open("wb") as sheet:
        for start in range(0, rows, BLOCK):
            n = min(BLOCK, rows - start)
            wrong = draw.random(n)
            arrival = draw.integers(0, len(clock) - 121, n)
            columns = {
                "espace": spaces[np.where(wrong < 0.003, SPACES, draw.integers(0, SPACES, n))],
                "date": np.where((wrong >= 0.003) & (wrong < 0.005), "", days[draw.integers(0, len(days), n)]),
                "age": ages[
                    np.where((wrong >= 0.005) & (wrong < 0.008), len(ages) - 1, draw.integers(0, len(ages) - 1, n))
                ],
                "activite": what[draw.integers(0, len(what), n)],
                "carte": cards[draw.integers(0, PERSONS, n)],
                "arrivee": clock[arrival],
                "depart": clock[arrival + draw.integers(5, 120, n)],
                "observations": np.full(n, "rien a signaler"),
            }
            table = pa.table({k: pa.array(v.astype(str)) for k, v in columns.items()})
            if n > 1000:
                again = draw.integers(0, n, n // 500)
                table = pa.concat_tables([table.slice(0, n - len(again)), table.take(again)])
            options = pacsv.WriteOptions(include_header=start == 0, delimiter=";", quoting_style="none")
            pacsv.write_csv(table, sheet, options)


def write_evaluation(root: Path) -> None:
    """Write an evaluation of one register and one sheet."""
    folder, data = root / "surveys" / "signins", root / "data" / "raw" / "signins"
    folder.mkdir(parents=True)
    data.mkdir(parents=True)

    def question(name: str, kind: str, **more: object) -> dict[str, object]:
        return {"name": name, "type": kind, "wording": {"fr": name}, **more}

    register = [
        question("id", "key", role="site", required=True, unique=True),
        question("nom", "text", role="site_name"),
    ]
    sheet = [
        question("espace", "key", role="site", required=True),
        question("date", "date", role="date", required=True),
        question("age", "count", role="age", range=[0, 110]),
        question("activite", "single", role="activity", codes={a: {"fr": a} for a in ACTIVITIES}),
        question("carte", "text", role="identifier"),
        question("arrivee", "text"),
        question("depart", "text"),
    ]
    for name, asked in (("register", register), ("sheet", sheet)):
        text = yaml.safe_dump({"name": name, "title": {"fr": name}, "questions": asked}, allow_unicode=True)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    files = {"all": {"path": "sheet.csv", "separator": ";", "encoding": "utf-8"}}
    signins = {"person": "carte", "arrival": "arrivee", "departure": "depart", "active_file": "year"}
    settings = {
        "title": {"fr": "Émargements (données fictives simulées)"},
        "synthetic": True,
        "edition": 2006,
        "territory": {"region": "53", "level": "area"},
        "waves": [{"name": "2006", "field": ["2006-01-01", "2006-12-31"]}],
        "sources": [
            {
                "name": "register",
                "kind": "sites",
                "instrument": "register.yaml",
                "files": {"all": {"path": "register.csv"}},
            },
            {"name": "sheet", "kind": "attendance", "instrument": "sheet.yaml", "files": files, "signins": signins},
        ],
        "plan": [{"question": "attendance"}],
    }
    (folder / "evaluation.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    lines = ["id,nom", *(f"CYB{22 + i % 4}-{i:03d},Espace {i:03d}" for i in range(SPACES))]
    (data / "register.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def run(root: Path, largest: int) -> dict[str, float | str]:
    """Ingest in a process of its own; return its seconds, peak memory (MB) and what came out."""
    command = [sys.executable, "-m", "benchmarks.signins", "--inside", str(root), str(largest)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    measured: dict[str, float | str] = json.loads(done.stdout.splitlines()[-1])
    return measured


def inside(root: Path, largest: int) -> None:
    """Ingest and print what it took, as JSON."""
    import hashlib
    import resource
    import shutil
    import time

    from pipeline.evaluation import load
    from pipeline.ingest.stage import read_sources

    out = root / "out"
    shutil.rmtree(out, ignore_errors=True)
    evaluation = load("signins", root)
    start = time.perf_counter()
    found = read_sources(evaluation, out, largest)
    seconds, cpu = time.perf_counter() - start, time.process_time()
    counts = found.counts["sheet"].sort_values(["site_id", "month", "age_band", "activity"])
    kept = ["site_id", "month", "age_band", "activity", "visits"]
    account = found.account[found.account["source"] == "sheet"].groupby("kind")["n"].sum()
    reasons = found.account[found.account["kind"] == "reason"].groupby("reason")["n"].sum()
    used = [resource.getrusage(w).ru_maxrss for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    told = {
        "seconds": round(seconds, 1),
        "cpu": round(cpu, 1),
        "megabytes": round(used[0] / 1024),
        "received": int(account["received"]),
        "accepted": int(account["accepted"]),
        "set aside": int(account["set_aside"]),
        "reasons": {str(k): int(v) for k, v in reasons.items()},
        "visits": int(counts["visits"].sum()),
        "digest": hashlib.sha256(counts[kept].to_csv(index=False).encode()).hexdigest()[:16],
    }
    print(json.dumps(told))


def main() -> None:
    """Run the benchmark and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--inside", nargs=2, metavar=("ROOT", "LARGEST"))
    asked = parser.parse_args()
    if asked.inside:
        inside(Path(asked.inside[0]), int(asked.inside[1]))
        return
    with tempfile.TemporaryDirectory(prefix="signins-") as folder:
        root = Path(folder)
        write_evaluation(root)
        path = root / "data" / "raw" / "signins" / "sheet.csv"
        write_sheet(path, asked.rows // 20)
        as_table, part = run(root, 1 << 50), run(root, 0)
        write_sheet(path, asked.rows)
        print(f"{asked.rows:,} sign-ins, {path.stat().st_size / 1e6:,.0f} MB", flush=True)
        whole = run(root, 0)
    for name, found in (("streamed", whole), ("streamed, 1/20", part), ("as a table, 1/20", as_table)):
        print(
            f"{name:<18}{found['seconds']:>8} s (CPU {found['cpu']} s) {found['megabytes']:>6} MB  {found['reasons']}"
        )
    same = part["digest"] == as_table["digest"]
    print("same counts on the twentieth:", "yes" if same else "NO")
    ratio = 20 * float(as_table["seconds"]) / float(whole["seconds"])
    print(f"a table would take {ratio:.1f} times as long by row; bar {BAR_SECONDS} s and {BAR_MEGABYTES} MB")
    balanced = whole["received"] == whole["accepted"] + whole["set aside"]  # type: ignore[operator]
    within = float(whole["seconds"]) <= BAR_SECONDS and float(whole["megabytes"]) <= BAR_MEGABYTES
    print("account balances:", "yes" if balanced else "NO", "| within the bar:", "yes" if within else "NO")
    raise SystemExit(0 if same and balanced and within else 1)


if __name__ == "__main__":
    main()
