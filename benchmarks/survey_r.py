"""Survey statistics side by side with R's survey package, on the sample of benchmarks.survey.

python -m benchmarks.survey_r prints, for each task, our time, R's and the ratio. Reading the data is in neither time. R
and its survey package are not dependencies: without them the benchmark says so.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from benchmarks.survey import COVARIATES, OUTCOMES, ROWS, STRATA, UNITS, best, fresh, margins_of, sample, with_model

SCRIPT = Path(__file__).with_name("survey.R")


def in_r(frame: pd.DataFrame, margins: list[pd.Series]) -> dict[str, float]:
    """Return seconds by task, each run once by R."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        frame.to_csv(folder / "sample.csv", index=False)
        for margin in margins:
            margin.rename("Freq").reset_index().to_csv(folder / f"{margin.index.name}.csv", index=False)
        done = subprocess.run(["Rscript", str(SCRIPT), name], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"R stopped: {done.stderr.strip()[-500:]}")
    lines = [line.split("\t") for line in done.stdout.splitlines() if "\t" in line]
    return {task: float(seconds) for task, seconds in lines}


def here(frame: pd.DataFrame, margins: list[pd.Series]) -> dict[str, float]:
    """Return seconds by task, best of a few runs."""
    design = fresh(frame)
    raked = design.rake(margins)
    tasks: dict[str, Callable[[], object]] = {
        "raking to five margins": lambda: design.rake(margins),
        "10 means": lambda: raked.mean(OUTCOMES),
        "10 means by 10 domains": lambda: raked.mean(OUTCOMES, by="d10"),
        "one mean by 100 domains": lambda: raked.mean("y0", by="d100"),
        "binomial GLM, 30 columns": lambda: design.glm("hit ~ " + " + ".join(COVARIATES), family="binomial"),
    }
    return {task: best(code, 3) for task, code in tasks.items()}


def main() -> None:
    """Print the table, or why there is none."""
    if shutil.which("Rscript") is None:
        print("survey against R: not run, Rscript is not installed")
        return
    frame = with_model(sample())
    margins = margins_of(frame)
    ours, theirs = here(frame, margins), in_r(frame, margins)
    print(f"survey against R's survey: {ROWS:,} rows, {STRATA} strata, {UNITS:,} units; ours, R, ratio")
    for task, seconds in ours.items():
        print(
            f"{task:<40} {seconds * 1000:9.1f} ms {theirs[task] * 1000:9.0f} ms {theirs[task] / seconds:8.1f} x faster"
        )


if __name__ == "__main__":
    main()
