"""Does a 95 % interval of the shift cover the truth 95 times in 100?

The finite population of an evaluation stays fixed; spaces, days and responses are drawn again, the whole recipe
(nonresponse at both stages, raking, weight share) is carried out again on each sample, and the intervals of the shift
in demand between the two waves are held against the population. Frames only, no files.

    python -m benchmarks.coverage [--redraws 1000] [--evaluation bretagne-cybercommunes]

prints the table and writes it to benchmarks/coverage.json.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.evaluation import Evaluation, load
from pipeline.simulate.population import Population, draw_population
from pipeline.simulate.sampling import draw_sample
from pipeline.weighting import FieldMonth, WeightedSource, prepare, replay

ROOT = Path(__file__).parents[1]
SOURCE = "users"
_NEEDED = ["wave", "site_id", "day", "pays", "age_band", "visits_4w", "visits_elsewhere"]


def months_of(evaluation: Evaluation, population: Population) -> dict[str, FieldMonth]:
    """Return the true visits of each field month by space and age band."""
    months = {}
    for name, wave in population.waves.items():
        space = wave.links["space"].to_numpy()[wave.visits.link]
        visits = pd.DataFrame(
            {
                "site_id": population.spaces["site_id"].to_numpy()[space],
                "pays": population.spaces["pays"].to_numpy()[space],
                "age_band": wave.persons["age_band"].to_numpy()[wave.visits.person],
            }
        )
        cells = visits.groupby(list(visits), dropna=False, as_index=False).size().rename(columns={"size": "visits"})
        months[name] = FieldMonth(str(evaluation.wave(name).attendance_month), cells.assign(imputed=False))
    return months


def elaborate_items(evaluation: Evaluation) -> list[str]:
    """Return the clean columns of the elaborate services that the plan declares."""
    settings = next(p.settings for p in evaluation.settings.plan if p.question == "demand")
    return [f"{settings['services']}_{item}" for item in settings["elaborate"]]


def weighted_sample(
    evaluation: Evaluation, population: Population, months: dict[str, FieldMonth], seed: int
) -> WeightedSource:
    """Draw one sample of both waves and weight it; column ``y`` is wanting any elaborate service."""
    sample = draw_sample(population, seed)
    users = pd.concat(sample.users.values(), ignore_index=True)
    items = users[elaborate_items(evaluation)]
    answered = users["wants__status"].astype(str).eq("answered")
    users = users[_NEEDED].assign(y=items.any(axis=1).astype("float64").where(answered))
    fieldwork = pd.concat(sample.fieldwork.values(), ignore_index=True)
    fieldwork = fieldwork.drop(columns=["commune", "epci", "department"])
    prepared = prepare(evaluation, evaluation.source(SOURCE), users, fieldwork, months)
    return replay(SOURCE, prepared.frame, prepared.plan)


def truth_of(evaluation: Evaluation, population: Population) -> dict[str, dict[str, float]]:
    """Return the shift (last wave less first) among persons: ``all`` and by age band; ``visits`` for visits."""
    shares: list[dict[str, float]] = []
    for wave in population.waves.values():
        y = wave.persons[elaborate_items(evaluation)].any(axis=1).astype(float)
        by_band = y.groupby(wave.persons["age_band"].astype(str)).mean()
        visits = float(np.average(y, weights=wave.persons["visits_total"]))
        shares.append({"all": float(y.mean()), "visits": visits, **by_band.to_dict()})
    first, last = shares[0], shares[-1]
    return {"shift": {k: last[k] - first[k] for k in first}, "first": first, "last": last}


_state: dict[str, object] = {}


def _start(name: str) -> None:
    evaluation = load(name, ROOT)
    population = draw_population(evaluation)
    _state.update(evaluation=evaluation, population=population, months=months_of(evaluation, population))


def one(seed: int) -> list[dict[str, float | str | int]]:
    """Return estimate, standard error and interval of each shift in one redraw."""
    evaluation, population = _state["evaluation"], _state["population"]
    weighted = weighted_sample(evaluation, population, _state["months"], seed)  # type: ignore[arg-type]
    waves = [w.name for w in evaluation.settings.waves]  # type: ignore[attr-defined]
    over = ("wave", waves[-1], waves[0])
    rows: list[dict[str, float | str | int]] = []
    assert weighted.person is not None
    assert weighted.visit is not None
    for label, table in (
        ("all", weighted.person.contrast("mean", "y", over=over)),
        ("", weighted.person.contrast("mean", "y", by=["age_band"], over=over)),
        ("visits", weighted.visit.contrast("mean", "y", over=over)),
    ):
        for r in table.to_dict("records"):
            domain = label or str(r["age_band"])
            rows.append({"seed": seed, "domain": domain, **{k: r[k] for k in ("estimate", "se", "lower", "upper")}})
    level = weighted.person.mean("y", by=["wave"])
    for r in level.to_dict("records"):
        rows.append(
            {"seed": seed, "domain": f"level {r['wave']}", **{k: r[k] for k in ("estimate", "se", "lower", "upper")}}
        )
    apart = level["se"].pow(2).sum()
    shift = next(r for r in rows if r["domain"] == "all")
    covariance = (float(apart) - float(shift["se"]) ** 2) / 2
    correlation = covariance / float(level["se"].prod())
    rows.append(
        {"seed": seed, "domain": "wave correlation", "estimate": correlation, "se": 0.0, "lower": 0.0, "upper": 0.0}
    )
    return rows


def study(name: str, redraws: int, workers: int = 2) -> pd.DataFrame:
    """Return one row a redraw and domain."""
    with multiprocessing.get_context("spawn").Pool(workers, _start, (name,)) as pool:
        found = pool.map(one, range(1, redraws + 1), chunksize=10)
    return pd.DataFrame([row for rows in found for row in rows])


def summary(draws: pd.DataFrame, truth: dict[str, dict[str, float]]) -> pd.DataFrame:
    """Return truth, mean estimate, standard deviation of estimates, mean standard error and coverage by domain."""
    waves = sorted(d.removeprefix("level ") for d in draws["domain"].unique() if str(d).startswith("level "))
    known = dict(truth["shift"])
    known |= {f"level {waves[0]}": truth["first"]["all"], f"level {waves[-1]}": truth["last"]["all"]}
    rows = []
    for domain, part in draws.groupby("domain", sort=False):
        if domain not in known:
            continue
        value = known[str(domain)]
        rows.append(
            {
                "domain": domain,
                "truth": value,
                "mean_estimate": part["estimate"].mean(),
                "sd_estimate": part["estimate"].std(),
                "mean_se": part["se"].mean(),
                "coverage": ((part["lower"] <= value) & (value <= part["upper"])).mean(),
            }
        )
    return pd.DataFrame(rows)


def main() -> None:
    """Run the study and write its output."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--redraws", type=int, default=1000)
    parser.add_argument("--evaluation", default="bretagne-cybercommunes")
    asked = parser.parse_args()
    evaluation = load(asked.evaluation, ROOT)
    population = draw_population(evaluation)
    truth = truth_of(evaluation, population)
    draws = study(asked.evaluation, asked.redraws)
    table = summary(draws, truth)
    bands = table[~table["domain"].isin(["all", "visits"]) & ~table["domain"].str.startswith("level")]
    pooled = float(bands["coverage"].mean())
    correlation = float(draws.loc[draws["domain"] == "wave correlation", "estimate"].mean())
    print(table.round(4).to_string(index=False))
    print(f"pooled coverage of the shift over age bands, {asked.redraws} redraws: {pooled:.3f}")
    print(f"mean estimated correlation of the two waves' levels: {correlation:.3f}")
    last = truth["last"]
    gap = 100 * (last["visits"] - last["all"])
    print(f"persons against visits, last wave: {gap:+.1f} points when visit weights replace person weights")
    content = {
        "command": f"python -m benchmarks.coverage --redraws {asked.redraws} --evaluation {asked.evaluation}",
        "redraws": asked.redraws,
        "pooled_coverage_age_bands": round(pooled, 4),
        "mean_wave_correlation": round(correlation, 4),
        "visits_less_persons_points_last_wave": round(gap, 2),
        "table": table.round(5).to_dict("records"),
    }
    text = json.dumps(content, indent=1, ensure_ascii=False)
    (ROOT / "benchmarks" / "coverage.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
