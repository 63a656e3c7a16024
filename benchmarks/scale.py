"""How time and memory grow with what is received: sign-ins, respondents, units that have a sheet, waves.

    python -m benchmarks.scale signins [--sizes 1000000 3000000 10000000 100000000]
    python -m benchmarks.scale parquet [--sizes ...]            (the same sign-ins as a Parquet file)
    python -m benchmarks.scale respondents [--sizes 30000 100000 300000]
    python -m benchmarks.scale estimation [--sizes 200000 600000 2000000]
    python -m benchmarks.scale analysis [--sizes 100000 300000 2000000]
    python -m benchmarks.scale units [--sizes 100 300 1000]
    python -m benchmarks.scale waves [--sizes 5 10 30]

Each size is simulated from a fixed seed into a temporary folder, then run in a process of its own whose memory, and
that of the processes it starts, is looked at ten times a second. Prints a line a size: seconds, processor seconds, peak
memory, milliseconds a record or unit; then by which power of the size time and memory grow (1 is linear), and the bar.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import yaml

from benchmarks import ingest, signins

ROOT = Path(__file__).parents[1]
SEED = 20061231
BLOCK = 1_000_000
#: A size grows as it should up to this power; what is fixed (imports, reference tables) makes small sizes dear.
LINEAR = 1.15
#: Visits of one person, about, over all the years.
VISITS_A_PERSON = 30
_MONTHS = 48
#: Days that every month has.
_SURE_DAYS = 28
#: Domains of the estimates: as many as there are `pays` and their like in a country.
DOMAINS, OUTCOMES = 500, 60
#: Outcomes estimated together.
TOGETHER = 10
UNITS, STRATA = 20_000, 100
#: Margins to which weights are calibrated, with how many categories each has.
MARGINS = {"age_band": 6, "sex": 2, "department": 96}


@dataclass(frozen=True)
class Bar:
    """What the largest size may take: seconds and MB."""

    size: int
    seconds: float
    megabytes: float


BARS = {
    "signins": Bar(100_000_000, 600, 4000),
    "parquet": Bar(100_000_000, 600, 4000),
    "respondents": Bar(2_000_000, 90, 4000),
    "estimation": Bar(2_000_000, 90, 4000),
    "analysis": Bar(2_000_000, 300, 4000),
    "units": Bar(1000, 600, 4000),
    "waves": Bar(30, 120, 4000),
}


@dataclass(frozen=True)
class Measured:
    """One size: wall and processor seconds, peak memory (MB, shared pages counted once), and what the run told."""

    size: int
    seconds: float
    cpu: float
    megabytes: float
    told: dict[str, Any]


# --- sign-ins ----------------------------------------------------------------------------------------------------


def write_signins(root: Path, rows: int, columnar: bool = False) -> None:
    """Write an evaluation of one register and one sheet of sign-ins, a person's visits some thirty over four years."""
    signins.write_evaluation(root)
    path = root / "surveys" / "signins" / "evaluation.yaml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    settings["plan"] = [
        {"question": "attendance"},
        {"question": "attendance_model", "settings": {"exposures": ["none"]}},
    ]
    if columnar:
        (source,) = (s for s in settings["sources"] if s["name"] == "sheet")
        source["files"] = {"all": {"path": "sheet.parquet"}}
    path.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    write_sheet(root / "data" / "raw" / "signins" / f"sheet.{'parquet' if columnar else 'csv'}", rows)


def write_parquet(root: Path, rows: int) -> None:
    """Write the same as one Parquet file."""
    write_signins(root, rows, columnar=True)


def write_sheet(path: Path, rows: int) -> None:
    """Write a sheet of visits; one in a hundred is wrong (unknown space, impossible age, no date, twice).

    A Parquet file has days as days, ages as whole numbers; the missing are missing.
    """
    draw = np.random.default_rng(SEED)
    persons = max(1000, rows // VISITS_A_PERSON)
    days = np.arange(np.datetime64("2003-01-01"), np.datetime64("2007-01-01")).astype(str)
    texts = {
        "espace": pa.array([*(f"CYB{22 + i % 4}-{i:03d}" for i in range(signins.SPACES)), "INCONNU"]),
        "date": pa.array([*days, ""]),
        # ages 4 to 94, then one that nobody reaches
        "age": pa.array([*(str(a) for a in range(4, 95)), "412"]),
        "activite": pa.array(signins.ACTIVITIES),
        "carte": pa.array([f"Carte {i:08d}" for i in range(persons)]),
        "arrivee": (clock := pa.array([f"{h:02d}:{m:02d}" for h in range(9, 20) for m in range(60)])),
        "depart": clock,
    }
    with _Sheet(path) as sheet:
        # months of spaces differ by more than chance, as those of real ones: models of counts look for it
        busy = draw.gamma(4.0, size=signins.SPACES * _MONTHS).cumsum()
        for start in range(0, rows, BLOCK):
            n = min(BLOCK, rows - start)
            drawn = _drawn(draw, n, texts, busy / busy[-1])
            table = pa.table({name: texts[name].take(pa.array(at)) for name, at in drawn.items()})
            again = pa.array(draw.integers(0, n, n // 500))
            table = pa.concat_tables([table.slice(0, n - len(again)), table.take(again)])
            sheet.write(table)


class _Sheet:
    """A file of visits that is written block by block, as text or as Parquet."""

    def __init__(self, path: Path) -> None:
        self.path, self.columnar = path, path.suffix == ".parquet"
        self.writer: pacsv.CSVWriter | pq.ParquetWriter | None = None

    def __enter__(self) -> _Sheet:
        return self

    def __exit__(self, *_: object) -> None:
        if self.writer is not None:
            self.writer.close()

    def write(self, table: pa.Table) -> None:
        """Add visits."""
        if self.columnar:
            days = pc.if_else(pc.equal(table["date"], ""), pa.scalar(None, pa.string()), table["date"])
            table = table.set_column(1, "date", days.cast(pa.date32()))
            table = table.set_column(2, "age", table["age"].cast(pa.int16()))
        if self.writer is None:
            options = pacsv.WriteOptions(delimiter=";", quoting_style="none")
            schema = table.schema
            self.writer = (
                pq.ParquetWriter(self.path, schema)
                if self.columnar
                else pacsv.CSVWriter(self.path, schema, write_options=options)
            )
        self.writer.write_table(table)


def _drawn(draw: np.random.Generator, n: int, texts: dict[str, pa.Array], busy: np.ndarray) -> dict[str, np.ndarray]:
    """Return, for each column, which of its texts each of ``n`` visits has; the last of a column is the wrong one.

    busy : cumulated shares of visits over the months of each space.
    """
    wrong = draw.random(n)
    space, month = np.divmod(np.searchsorted(busy, draw.random(n)), _MONTHS)
    first = (np.datetime64("2003-01") + month).astype("datetime64[D]") - np.datetime64("2003-01-01")
    day = first.astype(np.int64) + draw.integers(0, _SURE_DAYS, n)
    last = {name: len(texts[name]) - 1 for name in texts}
    arrival = draw.integers(0, last["arrivee"] - 120, n)
    return {
        "espace": np.where(wrong < 0.003, last["espace"], space),
        "date": np.where((wrong >= 0.003) & (wrong < 0.005), last["date"], day),
        "age": np.where((wrong >= 0.005) & (wrong < 0.008), last["age"], draw.integers(0, last["age"], n)),
        "activite": draw.integers(0, len(texts["activite"]), n),
        "carte": draw.integers(0, len(texts["carte"]), n),
        "arrivee": arrival,
        "depart": arrival + draw.integers(5, 120, n),
    }


def run_signins(root: Path) -> dict[str, Any]:
    """Validate, pseudonymise, count and model the sign-ins, protect the results; return what each stage took."""
    from pipeline.ingest.stage import read_sources

    # every size by the way of large files
    read_sources.__kwdefaults__["largest"] = 0
    stages = _staged("signins", root)
    account = pd.read_parquet(root / "build" / "signins" / "ingest" / "account.parquet")
    sheet = account[account["source"] == "sheet"].groupby("kind")["n"].sum()
    if sheet["received"] != sheet["accepted"] + sheet["set_aside"]:
        raise SystemExit(f"the account does not balance: {sheet.to_dict()}")
    return {**stages, "set aside": int(sheet["set_aside"])}


def _staged(name: str, root: Path, last: str = "protect") -> dict[str, Any]:
    """Run the stages up to ``last`` and return the seconds of each."""
    from pipeline.stages.loading import load_planned
    from pipeline.stages.order import Options, run
    from pipeline.stages.progress import Progress

    said: list[str] = []
    run(load_planned(name, root), Options(jobs=2), Progress(say=said.append), last=last)
    return {line.split()[0]: float(line.split()[1]) for line in said if line.split()[2:3] == ["s"]}


# --- respondents -------------------------------------------------------------------------------------------------


def write_respondents(root: Path, rows: int) -> None:
    """Write an evaluation of one survey of ``rows`` respondents and 60 columns, received as an SPSS file."""
    ingest.LIKERTS, ingest.CLOSED, ingest.NUMBERS, ingest.BOXES = 30, 12, 6, 8
    ingest.write(root, rows)


def run_respondents(root: Path) -> dict[str, Any]:
    """Read, recode, check and write the answers."""
    return _staged(ingest.NAME, root, "ingest")


def write_analysis(root: Path, rows: int) -> None:
    """Write the same survey of a two-stage sample in so many communes, and a plan that asks of each of them."""
    communes = pd.read_csv(ROOT / "data" / "reference" / "53" / "communes.csv", dtype=str)["code"].drop_duplicates()
    draw = np.random.default_rng(SEED)
    unit = np.sort(draw.integers(0, UNITS, rows))
    more = {
        "commune": communes.to_numpy()[:DOMAINS][unit % DOMAINS],
        "stratum": (unit % STRATA).astype(float),
        "unit": [f"U{i:05d}" for i in unit],
        "weight": draw.uniform(5, 50, rows).round(3),
    }
    asked: list[dict[str, object]] = [
        _asked("commune", "text", role="commune", required=True),
        _asked("stratum", "number"),
        _asked("unit", "text"),
        _asked("weight", "number", required=True),
    ]
    ingest.LIKERTS, ingest.CLOSED, ingest.NUMBERS, ingest.BOXES = 30, 12, 4, 8
    closed, rated = ([f"{kind}_{i}" for i in range(n)] for kind, n in (("closed", 12), ("likert", 30)))
    plan = [
        {"question": "profile", "settings": {"variables": ["sex", *closed]}},
        {"question": "satisfaction", "settings": {"items": rated, "satisfied": [4, 5]}},
        {"question": "crossings", "settings": {"by": ["sex"], "territory": False, "questions": closed}},
    ]
    declared = {"territory": {"region": "53", "level": "commune"}, "plan": plan}
    design = {"strata": "stratum", "clusters": ["unit"], "weights": "weight"}
    ingest.write(root, rows, more, asked, declared, design=design)


def run_analysis(root: Path) -> dict[str, Any]:
    """Read, weight, analyse and protect the answers; return what each stage took, and how many numbers they give."""
    stages = _staged(ingest.NAME, root)
    return {**stages, "numbers": len(pd.read_parquet(root / "build" / ingest.NAME / "analyse" / "results.parquet"))}


# --- estimation --------------------------------------------------------------------------------------------------


def write_estimation(root: Path, rows: int) -> None:
    """Say how many respondents are asked for; they are drawn where they are used."""
    (root / "rows").write_text(str(rows), encoding="utf-8")


def run_estimation(root: Path) -> dict[str, Any]:
    """Rake the weights of the respondents, and estimate every outcome in every domain with its standard error."""
    from pipeline.survey import Design

    frame = _answers(int((root / "rows").read_text(encoding="utf-8")))
    total = float(frame["weight"].sum())
    draw = np.random.default_rng(SEED)
    margins = []
    for name, levels in MARGINS.items():
        parts = frame.groupby(name)["weight"].sum() * draw.uniform(0.9, 1.1, levels)
        margins.append(parts * total / parts.sum())
    start = time.perf_counter()
    raked = Design(frame, weights="weight", strata="stratum", clusters="unit").rake(margins)
    calibrated = time.perf_counter() - start
    names = [f"y{i}" for i in range(OUTCOMES)]
    errors = [raked.mean(names[i : i + TOGETHER], by="domain")["se"].to_numpy() for i in range(0, OUTCOMES, TOGETHER)]
    if not np.isfinite(np.concatenate(errors)).all() or sum(map(len, errors)) != OUTCOMES * DOMAINS:
        raise SystemExit("a domain has no standard error")
    return {"calibration": round(calibrated, 1), "estimates": round(time.perf_counter() - start - calibrated, 1)}


def _answers(rows: int) -> pd.DataFrame:
    """Return respondents of a two-stage sample: 60 answers of yes or no, in the narrowest types that hold them."""
    draw = np.random.default_rng(SEED)
    unit = np.sort(draw.integers(0, UNITS, rows)).astype(np.int32)
    effect = draw.normal(0, 0.05, UNITS).astype(np.float32)[unit]
    columns: dict[str, np.ndarray] = {
        "unit": unit,
        "stratum": (unit % STRATA).astype(np.int16),
        "weight": draw.uniform(5, 50, rows),
        "domain": draw.integers(0, DOMAINS, rows).astype(np.int16),
    }
    columns |= {name: draw.integers(0, levels, rows).astype(np.int16) for name, levels in MARGINS.items()}
    for i in range(OUTCOMES):
        columns[f"y{i}"] = (draw.random(rows, dtype=np.float32) < 0.4 + effect).astype(np.int8)
    return pd.DataFrame(columns)


# --- units and waves ---------------------------------------------------------------------------------------------


def write_units(root: Path, units: int) -> None:
    """Write an evaluation of one space in each of so many communes of Bretagne, with monthly returns of two years."""
    communes = pd.read_csv(ROOT / "data" / "reference" / "53" / "communes.csv", dtype=str)["code"].drop_duplicates()
    spaces = pd.DataFrame({"id": [f"E{i:04d}" for i in range(units)], "commune": communes.iloc[:units].to_numpy()})
    spaces["nom"] = "Espace " + spaces["id"]
    months = pd.period_range("2005-01", "2006-12", freq="M").astype(str)
    draw = np.random.default_rng(SEED)
    level = draw.gamma(4.0, 40.0, units)[:, None] * draw.gamma(20.0, 0.05, (units, len(months)))
    returns = pd.DataFrame(draw.poisson(level), index=spaces["id"], columns=months)
    returns = returns.melt(ignore_index=False, var_name="mois", value_name="visites").reset_index(names="espace")
    register = [
        _asked("id", "key", role="site", required=True, unique=True),
        _asked("nom", "text", role="site_name"),
        _asked("commune", "text", role="commune"),
    ]
    sheet = [
        _asked("espace", "key", role="site", required=True),
        _asked("mois", "month", role="month"),
        _asked("visites", "count", role="visits"),
    ]
    sources = [("register", "sites", register, {"all": spaces}), ("returns", "attendance", sheet, {"all": returns})]
    territory = {"region": "53", "level": "commune", "vintage": 2023}
    _write_evaluation(root, "units", sources, territory, ["2006"], [{"question": "attendance"}])


def write_waves(root: Path, waves: int) -> None:
    """Write an evaluation of so many yearly waves of 500 respondents, asked ten questions each."""
    draw = np.random.default_rng(SEED)
    names = [str(2007 - waves + i) for i in range(waves)]
    questions = [
        _asked("age", "number", role="age", range=[15, 99]),
        *(_asked(f"q{i}", "single", codes={c: {"fr": f"modalité {c}"} for c in range(1, 6)}) for i in range(9)),
    ]
    files = {}
    for at, name in enumerate(names):
        answers = {f"q{i}": draw.binomial(4, 0.4 + 0.005 * at, 500) + 1 for i in range(9)}
        files[name] = pd.DataFrame({"age": draw.integers(15, 99, 500), **answers})
    place = {"region": "53", "level": "area"}
    followed = [{"name": f"high{i}", "question": f"q{i}", "codes": [4, 5]} for i in range(9)]
    contrasts = [[before, after] for before, after in itertools.pairwise(names)]
    plan: list[dict[str, object]] = [
        {"question": "profile", "settings": {"variables": ["age_band"]}},
        {"question": "prevalence", "settings": {"indicators": followed, "contrasts": contrasts}},
    ]
    _write_evaluation(root, "waves", [("users", "survey", questions, files)], place, names, plan)


def _asked(name: str, kind: str, **more: object) -> dict[str, object]:
    return {"name": name, "type": kind, "wording": {"fr": name}, **more}


def _write_evaluation(
    root: Path,
    name: str,
    sources: Sequence[tuple[str, str, list[dict[str, object]], dict[str, pd.DataFrame]]],
    territory: dict[str, object],
    waves: Sequence[str],
    plan: list[dict[str, object]],
) -> None:
    """Write an evaluation with its sources: name, kind, questions, and a table a wave (or ``all``)."""
    folder, received = root / "surveys" / name, root / "data" / "raw" / name
    folder.mkdir(parents=True)
    received.mkdir(parents=True)
    declared = []
    for source, kind, questions, files in sources:
        instrument = {"name": source, "title": {"fr": source}, "questions": questions}
        (folder / f"{source}.yaml").write_text(yaml.safe_dump(instrument, allow_unicode=True), encoding="utf-8")
        for wave, table in files.items():
            table.to_csv(received / f"{source}-{wave}.csv", index=False)
        paths = {wave: {"path": f"{source}-{wave}.csv"} for wave in files}
        sampled = {"sampled": "person", "by": "quota"} if kind == "survey" else {}
        declared.append({"name": source, "kind": kind, "instrument": f"{source}.yaml", "files": paths, **sampled})
    settings = {
        "title": {"fr": "Évaluation simulée"},
        "synthetic": True,
        "edition": 2006,
        "territory": territory,
        "waves": [{"name": w, "field": [f"{w}-01-01", f"{w}-12-31"]} for w in waves],
        "sources": declared,
        "plan": plan,
    }
    (folder / "evaluation.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")


def run_units(root: Path) -> dict[str, Any]:
    """Make the whole site, a sheet a commune; return what each stage took, and how many sheets there are."""
    stages = _staged("units", root, "publish")
    sheets = list((root / "reports" / "_site" / "units" / "territories").glob("*.pdf"))
    return {**stages, "sheets": len(sheets)}


def run_waves(root: Path) -> dict[str, Any]:
    """Make the whole site of an evaluation of many waves; return what each stage took."""
    return _staged("waves", root, "publish")


# --- measuring ---------------------------------------------------------------------------------------------------

WRITERS: dict[str, Callable[[Path, int], None]] = {
    "signins": write_signins,
    "parquet": write_parquet,
    "respondents": write_respondents,
    "estimation": write_estimation,
    "analysis": write_analysis,
    "units": write_units,
    "waves": write_waves,
}
RUNS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "signins": run_signins,
    "parquet": run_signins,
    "respondents": run_respondents,
    "estimation": run_estimation,
    "analysis": run_analysis,
    "units": run_units,
    "waves": run_waves,
}
SIZES = {
    "signins": (1_000_000, 3_000_000, 10_000_000),
    "parquet": (1_000_000, 3_000_000, 10_000_000),
    "respondents": (10_000, 30_000, 100_000),
    "estimation": (200_000, 600_000, 2_000_000),
    "analysis": (100_000, 300_000, 2_000_000),
    "units": (100, 300, 1000),
    "waves": (5, 10, 30),
}


def measure(what: str, size: int) -> Measured:
    """Simulate one size and run it in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="scale-") as folder:
        root = Path(folder)
        (root / "data").mkdir()
        (root / "data" / "reference").symlink_to(ROOT / "data" / "reference")
        (root / "reports").mkdir()
        for part in (p for p in (ROOT / "reports").iterdir() if p.name != "_site"):
            (root / "reports" / part.name).symlink_to(part)
        WRITERS[what](root, size)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.scale", what, "--inside", folder],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            start_new_session=True,
        )
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, _memory(process.pid))
            time.sleep(0.1)
        seconds = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        out = process.stdout.read() if process.stdout else ""
        if process.returncode:
            raise SystemExit(f"{what} of {size:,} failed ({process.returncode})")
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Measured(size, seconds, cpu, peak, json.loads(out.splitlines()[-1]))


def _memory(session: int) -> float:
    """Return the memory (MB) of all processes of a session, what they share counted once (Linux)."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # the name, in brackets, may hold blanks: what follows it is state, parent, group, session
            if int((folder / "stat").read_text().rpartition(")")[2].split()[3]) != session:
                continue
            lines = (folder / "smaps_rollup").read_text().splitlines()
        except (OSError, ValueError, IndexError):
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def power(sizes: Sequence[float], values: Sequence[float]) -> float:
    """Return by which power of the size values grow from the second largest to the largest: 1 is linear."""
    return math.log(values[-1] / values[-2]) / math.log(sizes[-1] / sizes[-2])


def main() -> None:
    """Measure every size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=list(RUNS))
    parser.add_argument("--sizes", type=lambda text: int(float(text)), nargs="+")
    parser.add_argument("--inside", metavar="FOLDER", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        print(json.dumps(RUNS[asked.what](Path(asked.inside))))
        return
    made: list[Measured] = []
    for size in asked.sizes or SIZES[asked.what]:
        each = measure(asked.what, size)
        made.append(each)
        told = ", ".join(f"{k} {v}" for k, v in each.told.items())
        print(
            f"{each.size:>12,} {each.seconds:8.1f} s {each.cpu:8.1f} s CPU {each.megabytes:7,.0f} MB"
            f" {1000 * each.seconds / each.size:10.3f} ms each   {told}",
            flush=True,
        )
    if len(made) > 1:
        sizes = [m.size for m in made]
        time_power = power(sizes, [m.cpu for m in made])
        memory_power = power(sizes, [m.megabytes for m in made])
        fits = "no faster than linear" if max(time_power, memory_power) <= LINEAR else "FASTER THAN LINEAR"
        print(f"processor time grows by power {time_power:.2f}, memory by {memory_power:.2f}: {fits}")
    bar, largest = BARS[asked.what], made[-1]
    if largest.size >= bar.size:
        within = largest.seconds <= bar.seconds and largest.megabytes <= bar.megabytes
        said = "met" if within else "MISSED"
    else:
        said = f"not tried (give --sizes ... {bar.size})"
    print(f"bar: {bar.size:,} in {bar.seconds:,.0f} s and {bar.megabytes:,.0f} MB: {said}; {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
