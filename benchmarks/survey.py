"""Survey statistics side by side with svy: 100,000 rows, 50 strata, 2,000 primary units.

python -m benchmarks.survey prints, for each task, our time, its target, svy's time and the ratio. Where svy lacks the
task the column says what was timed in its place, or that there is nothing to time. Best of a few runs each, same data,
same process; in processor seconds, which work beside it lengthens less than the clock, polars held to one thread.
"""

from __future__ import annotations

import importlib.util
import os
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.survey import Design

ROWS, STRATA, UNITS = 100_000, 50, 2_000
LEVELS = {"m1": 4, "m2": 6, "m3": 8, "m4": 12, "m5": 5}
PATIENCE = 5.0
OUTCOMES = [f"y{k}" for k in range(10)]
COVARIATES = [f"z{k}" for k in range(29)]


@dataclass(frozen=True)
class Timing:
    """Seconds that a task took here and in svy (NaN where svy has no such task)."""

    task: str
    seconds: float
    target: float
    other: float
    remark: str = ""

    def line(self) -> str:
        """One line of the report."""
        other = "      -" if np.isnan(self.other) else f"{self.other * 1000:7.1f}"
        ratio = "" if np.isnan(self.other) else f"{self.other / self.seconds:6.1f} x faster"
        met = "" if np.isnan(self.target) else ("  met" if self.seconds <= self.target else "  MISSED")
        target = "      -" if np.isnan(self.target) else f"{self.target * 1000:7.0f}"
        line = f"{self.task:<52} {self.seconds * 1000:8.1f} ms {target} ms{met:<8} {other} ms  {ratio}"
        return f"{line}  ({self.remark})" if self.remark else line


def sample(seed: int = 1) -> pd.DataFrame:
    """A clustered sample with unequal weights, five margins, ten outcomes and domains of several sizes."""
    rng = np.random.default_rng(seed)
    unit = np.sort(rng.integers(0, UNITS, ROWS))
    frame = pd.DataFrame({"unit": unit, "stratum": unit % STRATA, "w": rng.uniform(5, 50, ROWS)})
    for name, levels in LEVELS.items():
        frame[name] = rng.choice(levels, ROWS, p=rng.dirichlet(np.full(levels, 8)))
    for name, domains in (("d10", 10), ("d100", 100), ("d126", 126), ("d1000", 1000), ("d6760", 6760)):
        frame[name] = rng.integers(0, domains, ROWS)
    effect = rng.normal(0, 1, UNITS)[unit]
    for name in OUTCOMES:
        frame[name] = effect + rng.normal(0, 3, ROWS) + frame["m1"]
    frame["x1"], frame["x2"] = rng.lognormal(0, 0.4, ROWS), rng.normal(50, 10, ROWS)
    return frame


def with_model(frame: pd.DataFrame, seed: int = 3) -> pd.DataFrame:
    """Return the sample with 29 covariates and a yes-no outcome that depends on them."""
    rng = np.random.default_rng(seed)
    wide = pd.concat([frame, pd.DataFrame(rng.normal(size=(len(frame), 29)), columns=COVARIATES)], axis=1)
    linear = wide[COVARIATES] @ rng.normal(0, 0.1, 29)
    return wide.assign(hit=(rng.random(len(wide)) < 1 / (1 + np.exp(-linear))).astype(float))


def margins_of(frame: pd.DataFrame, seed: int = 2) -> list[pd.Series]:
    """Totals near those of the sample: what raking has to move is a few per cent."""
    rng = np.random.default_rng(seed)
    total = float(frame["w"].sum())
    out = []
    for name in LEVELS:
        achieved = frame.groupby(name)["w"].sum()
        moved = achieved * rng.uniform(0.9, 1.1, len(achieved))
        out.append(moved * total / moved.sum())
    return out


def best(task: Callable[[], object], runs: int = 5) -> float:
    """Shortest of several runs, in seconds; a task of more than a few seconds is run once."""
    times: list[float] = []
    for _ in range(runs):
        start = time.process_time()
        task()
        times.append(time.process_time() - start)
        if sum(times) > PATIENCE:
            break
    return min(times)


def fresh(frame: pd.DataFrame) -> Design:
    """A new design, nothing prepared."""
    return Design(frame, weights="w", strata="stratum", clusters="unit")


def need_svy() -> None:
    """Stop with a message where svy, or polars that its samples are made of, is not installed."""
    absent = [name for name in ("svy", "polars") if importlib.util.find_spec(name) is None]
    if absent:
        raise SystemExit(f"survey against svy: not run, {' and '.join(absent)} not installed (make setup-dev)")
    # before polars is imported: the seconds of several threads would be added up
    os.environ.setdefault("POLARS_MAX_THREADS", "1")


def _svy(frame: pd.DataFrame):  # type: ignore[no-untyped-def]
    import polars as pl
    import svy

    data = pl.from_dict({c: frame[c].to_numpy() for c in frame.columns})
    return svy.Sample(data, svy.Design(wgt="w", stratum="stratum", psu="unit"))


def _controls(margins: list[pd.Series]) -> dict:
    return {str(m.index.name): {int(k): float(v) for k, v in m.items()} for m in margins}


def timings() -> list[Timing]:
    """Run every task."""
    frame = sample()
    margins = margins_of(frame)
    design = fresh(frame)
    raked = design.rake(margins)
    other = _svy(frame)
    controls = _controls(margins)
    other_raked = other.clone().weighting.rake(controls=controls, tol=1e-8, max_iter=500)
    out = [
        Timing(
            "10 means by 126 domains after raking, margins of 35 cells",
            best(lambda: _prepared_again(raked).mean(OUTCOMES, by="d126")),
            0.3,
            best(lambda: other_raked.estimation.mean(OUTCOMES, by="d126"), 2),
            "svy takes raked weights as fixed",
        ),
        Timing(
            "raking to five margins, totals met to 1e-10",
            best(lambda: design.rake(margins)),
            0.015,
            best(lambda: other.clone().weighting.rake(controls=controls, tol=1e-8, max_iter=500), 3),
        ),
    ]
    totals = {"x1": float(frame["w"] @ frame["x1"]) * 1.02, "x2": float(frame["w"] @ frame["x2"]) * 0.99}

    def logit() -> Design:
        return design.calibrate(margins, totals, method="logit", bounds=(0.4, 2.5))

    def linear() -> object:
        return other.clone().weighting.calibrate(controls={**_crossed(controls, other), **totals}, bounds=(0.4, 2.5))

    out.append(Timing("logit calibration, 37 columns", best(logit), 0.1, _tried(linear), "svy: bounded linear"))
    out += _domains(design, other)
    out.append(
        Timing(
            "200 bootstrap replicates, raking replayed",
            best(lambda: raked.replicates("bootstrap", n=200, seed=1), 2),
            2.0,
            _tried(
                lambda: (
                    other.clone()
                    .weighting.create_bs_wgts(200, rstate=1)
                    .weighting.rake(controls=controls, tol=1e-7, max_iter=500)
                )
            ),
        )
    )
    return out + _models(frame)


def _domains(design: Design, other: object) -> list[Timing]:
    """One mean by more and more domains; svy is not asked for the next size once a size took too long."""
    out: list[Timing] = []
    for name in ("d10", "d100", "d1000", "d6760"):
        slow = bool(out) and not out[-1].other < PATIENCE

        def task(name: str = name) -> object:
            return other.estimation.mean("y0", by=name)  # type: ignore[attr-defined]

        out.append(
            Timing(
                f"one mean by {int(name[1:]):,} domains",
                best(lambda name=name: design.mean("y0", by=name)),  # type: ignore[misc]
                0.05 if name == "d6760" else np.nan,
                float("nan") if slow else best(task, 2),
                "svy not run: the size before took over 5 s" if slow else "",
            )
        )
    return out


def _prepared_again(design: Design) -> Design:
    """The same design without what it has prepared: the cost of the first table after calibration."""
    design.__dict__.pop("forms", None)
    return design


def _crossed(controls: dict, other: object) -> dict:
    import svy

    return {svy.Cat(name): dict(cells) for name, cells in controls.items()}


def _tried(task: Callable[[], object]) -> float:
    try:
        return best(task, 1)
    except Exception as error:  # what the other package cannot do is part of the report
        print(f"svy: {type(error).__name__}: {str(error).strip().splitlines()[0][:100]}")
        return float("nan")


def _models(frame: pd.DataFrame) -> list[Timing]:
    if not hasattr(Design, "glm"):
        return []
    wide = with_model(frame)
    design, other = fresh(wide), _svy(wide)
    formula = "hit ~ " + " + ".join(COVARIATES)
    return [
        Timing(
            "binomial GLM, 30 columns",
            best(lambda: design.glm(formula, family="binomial"), 3),
            0.3,
            _tried(lambda: other.glm.fit(y="hit", x=COVARIATES, family="binomial")),
        )
    ]


def main() -> None:
    """Print the table."""
    need_svy()
    print(f"survey: {ROWS:,} rows, {STRATA} strata, {UNITS:,} units; ours, target, svy, ratio")
    for timing in timings():
        print(timing.line())


if __name__ == "__main__":
    main()
