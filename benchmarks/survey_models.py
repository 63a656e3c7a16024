"""Survey tests and models side by side with svy and statsmodels: 100,000 rows, 50 strata, 2,000 primary units.

python -m benchmarks.survey_models prints, for each task, our time, its target, the other's time and the ratio. The
other is svy where it has the task, else statsmodels, named in the remark with what it leaves out. Best of a few runs
each, same data, same process, after one warm-up.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.survey import need_svy
from pipeline.survey import Design

ROWS, STRATA, UNITS, COLUMNS = 100_000, 50, 2_000, 30
NUMBERS = [f"x{k}" for k in range(COLUMNS - 1)]


@dataclass(frozen=True)
class Timing:
    """Seconds that a task took here and elsewhere (NaN where the other has no such task)."""

    task: str
    seconds: float
    target: float
    other: float
    remark: str

    def line(self) -> str:
        """One line of the report."""
        other = "      -" if np.isnan(self.other) else f"{self.other * 1000:7.0f}"
        ratio = "" if np.isnan(self.other) else f"{self.other / self.seconds:5.1f} x faster"
        met = "" if np.isnan(self.target) else ("met" if self.seconds <= self.target else "MISSED")
        target = "     -" if np.isnan(self.target) else f"{self.target * 1000:6.0f}"
        return (
            f"{self.task:<46} {self.seconds * 1000:7.0f} ms  {target} ms {met:<6} {other} ms {ratio:<14} {self.remark}"
        )


def sample(seed: int = 1) -> pd.DataFrame:
    """A clustered sample with unequal weights, 29 numbers, two categories, a binary, a count, an ordered outcome."""
    rng = np.random.default_rng(seed)
    unit = np.sort(rng.integers(0, UNITS, ROWS))
    x = rng.normal(size=(ROWS, COLUMNS - 1))
    frame = pd.DataFrame(x, columns=NUMBERS)
    frame["unit"], frame["stratum"], frame["w"] = unit, unit % STRATA, rng.uniform(5, 50, ROWS)
    frame["g"], frame["h"] = rng.integers(0, 5, ROWS), rng.integers(0, 4, ROWS)
    eta = -0.3 + x @ rng.normal(0, 0.2, COLUMNS - 1) + rng.normal(0, 0.3, UNITS)[unit]
    frame["y"] = (rng.random(ROWS) < 1 / (1 + np.exp(-eta))).astype(float)
    frame["count"] = rng.negative_binomial(2, 2 / (2 + np.exp(0.5 * eta))).astype(float)
    frame["level"] = np.digitize(eta + rng.logistic(size=ROWS), [-1.0, 0.0, 1.2])
    frame["many"] = rng.integers(0, 3, ROWS)
    return frame


def best(task: Callable[[], object], runs: int = 5) -> float:
    """Shortest of several runs after a warm-up, in seconds."""
    task()
    times = []
    for _ in range(runs):
        start = time.process_time()
        task()
        times.append(time.process_time() - start)
    return min(times)


def _svy_glm(frame: pd.DataFrame, outcome: str, family: str, columns: list[str]) -> Callable[[], object]:
    import polars as pl
    import svy

    data = pl.DataFrame({c: frame[c].to_numpy() for c in frame.columns})
    survey = svy.Sample(data, svy.Design(stratum="stratum", psu="unit", wgt="w"))
    return lambda: survey.glm.fit(y=outcome, x=columns, family=family)


def _statsmodels_glm(frame: pd.DataFrame, columns: list[str]) -> Callable[[], object]:
    import statsmodels.api as sm

    x = sm.add_constant(frame[columns].to_numpy())
    # it says itself that clusters and frequency weights are not supported together; only the time is taken
    warnings.filterwarnings("ignore", message="cov_type not fully supported")
    model = sm.GLM(frame["y"].to_numpy(), x, family=sm.families.Binomial(), freq_weights=frame["w"].to_numpy())
    return lambda: model.fit(cov_type="cluster", cov_kwds={"groups": frame["unit"].to_numpy()})


def timings(runs: int = 5) -> list[Timing]:
    """Time every task."""
    frame = sample()
    design = Design(frame, weights="w", strata="stratum", clusters="unit")
    thirty, five = "y ~ " + " + ".join(NUMBERS), " + ".join(NUMBERS[:5])

    def fresh() -> Design:
        return Design(frame, weights="w", strata="stratum", clusters="unit")

    ours = best(lambda: design.glm(thirty, family="binomial"), runs)
    nan = float("nan")
    fitted = design.glm(f"y ~ {five} + C(g)", family="binomial")
    return [
        Timing(
            "binomial GLM, 30 columns", ours, 0.3, best(_svy_glm(frame, "y", "binomial", NUMBERS), runs), "svy"
        ),
        Timing(
            "the same, statsmodels", ours, 0.3, best(_statsmodels_glm(frame, NUMBERS), runs),
            "statsmodels: clusters without strata",
        ),
        Timing("the same, design built anew", best(lambda: fresh().glm(thirty, "binomial"), runs), nan, nan, ""),
        Timing(
            "gaussian GLM, 30 columns", best(lambda: design.glm(thirty), runs), nan,
            best(_svy_glm(frame, "y", "gaussian", NUMBERS), runs), "svy",
        ),
        Timing(
            "negative binomial, theta estimated, 6 columns",
            best(lambda: design.glm(f"count ~ {five}", "negative_binomial"), runs), nan,
            best(_svy_glm(frame, "count", "negative_binomial", NUMBERS[:5]), runs), "svy",
        ),
        Timing("proportional odds, 4 categories, 5 slopes", best(lambda: design.ordinal(f"level ~ {five}"), runs), nan,
               nan, "svy has none"),
        Timing("multinomial, 3 categories, 6 columns", best(lambda: design.multinomial(f"many ~ {five}"), runs), nan,
               nan, "svy has none"),
        Timing("average marginal effects, 6 variables", best(fitted.average_marginal_effects, runs), nan, nan, ""),
        Timing("Rao-Scott test of a 5 x 4 table", best(lambda: design.chi_square("g", "h"), runs), nan, nan, ""),
        Timing("Kruskal-Wallis test of 5 groups", best(lambda: design.rank_test("x0", "g"), runs), nan, nan, ""),
    ]  # fmt: skip


def main() -> None:
    """Print the report."""
    need_svy()
    print(f"{ROWS:,} rows, {STRATA} strata, {UNITS:,} units; best of 5 runs")
    for timing in timings():
        print(timing.line())


if __name__ == "__main__":
    main()
