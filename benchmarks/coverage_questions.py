"""Does a 95 % interval of each question on users cover the truth 95 times in 100?

The population of an evaluation stays fixed; samples of it are drawn again, weighted by the whole recipe, and answered
by the plan as it stands. The truth of a number is what the same question answers when everybody is asked, each person
weighing one: where a question fits a model, this is the model of the whole population. Medians of what users would pay,
shares of small territories and pooled shifts have a truth that needs no model, and are held against it.

    python -m benchmarks.coverage_questions [--redraws 200] [--workers 2]

prints coverage by kind of number and writes benchmarks/coverage_questions.json.
"""

from __future__ import annotations

import argparse
import copy
import dataclasses
import importlib
import json
import multiprocessing
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.coverage import ROOT, months_of
from pipeline import results
from pipeline.evaluation import Evaluation, load
from pipeline.questions.adjusted.settings import Settings
from pipeline.questions.adjusted.standardised import formula_of
from pipeline.questions.context import Context
from pipeline.questions.declared import declared
from pipeline.questions.entry import entries
from pipeline.questions.regressions import OUTCOME, complete, plain_design
from pipeline.simulate.attendance import draw_attendance
from pipeline.simulate.population import Population, draw_population
from pipeline.simulate.questionnaires import Interviews, questionnaires
from pipeline.simulate.sampling import draw_sample
from pipeline.simulate.truth import truth_values
from pipeline.weighting import FieldMonth, WeightedSource, prepare, replay

NAME, SOURCE = "bretagne-cybercommunes", "users"
QUESTIONS = ("demand", "adjusted", "decomposition", "satisfaction", "payment", "small_areas")
#: Direct numbers of parts with fewer answers are never printed.
LEAST_ANSWERS = 30
_PLAIN: dict[str, Any] = {
    "base": "_share",
    "strata": None,
    "clusters": [],
    "population_sizes": [],
    "lonely_psu": "fail",
    "clusters_across_waves": "shared",
}
_state: dict[str, Any] = {}


def answered(context: Context) -> pd.DataFrame:
    """Return what the questions of the plan say, those with an interval."""
    rows = []
    for entry in entries(context.evaluation):
        if entry.question in QUESTIONS:
            module = importlib.import_module(f"pipeline.questions.{entry.question}.answer")
            rows += module.answer(context, entry)
    table = results.frame(rows)
    # an error of 1e-15 is that of rounding, where all answers agree; a variance between units has no truth of its own
    return table[(table["se"] > 1e-9) & (table["measure"] != "variance")]


def sampled(evaluation: Evaluation, population: Population, months: dict[str, FieldMonth], seed: int) -> WeightedSource:
    """Draw and weight one sample of all waves."""
    drawn = draw_sample(population, seed)
    users = pd.concat(drawn.users.values(), ignore_index=True)
    users = users[~users["partial"]].drop(columns=["person", "partial"])
    log = pd.concat(drawn.fieldwork.values(), ignore_index=True)
    prepared = prepare(evaluation, evaluation.source(SOURCE), users, log, months)
    return replay(SOURCE, prepared.frame, prepared.plan)


def everybody(population: Population) -> WeightedSource:
    """Return the answers of all users in every space they visit, which add up to one a user."""
    parts = []
    for number, wave in enumerate(population.waves.values()):
        links = wave.links
        asked = Interviews(
            links["person"].to_numpy(),
            np.arange(len(links)),
            links["space"].to_numpy(),
            np.repeat(wave.days[:1], len(links)),
        )
        last = number == len(population.waves) - 1
        table = questionnaires(population, wave, asked, last, np.random.default_rng(number))
        parts.append(table.assign(_share=links["here"] / (links["here"] + links["elsewhere"])))
    frame = pd.concat(parts, ignore_index=True)
    frame = frame[~frame["partial"]].drop(columns=["person", "partial"]).reset_index(drop=True)
    made = replay(SOURCE, frame, {**_PLAIN, "unit": "person", "steps": []})
    return dataclasses.replace(made, visit=made.person)


def context_of(evaluation: Evaluation, population: Population, folder: Path, weighted: WeightedSource) -> Context:
    """Return a context over a weighted source, monthly counts and register beside it."""
    counts = draw_attendance(population)
    received = counts.assign(visits=counts["visits"].where(counts["received"]).astype("Float64"))
    for source, table in {"attendance": received.drop(columns="space"), "register": population.spaces}.items():
        (folder / source).mkdir(parents=True, exist_ok=True)
        table.to_parquet(folder / source / "all.parquet", index=False)
    return Context(evaluation, folder, folder, {SOURCE: weighted})


def cheaper(evaluation: Evaluation) -> Evaluation:
    """Return the evaluation without the replicates, whose errors nobody reads of the whole population."""
    plan = [
        p.model_copy(update={"settings": {**p.settings, "replicates": 50}}) if p.question == "payment" else p
        for p in evaluation.settings.plan
    ]
    return dataclasses.replace(evaluation, settings=evaluation.settings.model_copy(update={"plan": plan}))


def truth_of(context: Context, population: Population) -> dict[str, float]:
    """Return the truth of every number by result_id; ``context`` holds everybody."""
    table = answered(dataclasses.replace(context, evaluation=cheaper(context.evaluation)))
    truth = dict(zip(table["result_id"], table["estimate"], strict=True))
    values = truth_values(population, draw_attendance(population)).set_index("result_id")["value"]
    known = values.to_dict()
    truth |= {i: known[i] for i in truth if i in known}
    truth |= {i: known[plain] for i in truth if ".eblup/" in i and (plain := i.replace(".eblup/", "/")) in known}
    for name, wave in population.waves.items():
        worth = wave.persons.loc[~wave.persons["protest"].astype(bool), "would_pay"]
        where = f"users/wave={name}/region=53"
        truth[f"payment.subscription.median/{where}"] = float(worth.median())
        truth[f"payment.subscription.mean_truncated/{where}"] = float(np.minimum(worth, 80).mean())
    return truth | pooled_truth(context)


def pooled_truth(context: Context) -> dict[str, float]:
    """Return the shift of every pays and age band in the regression on everybody, without any pooling."""
    entry = next(e for e in entries(context.evaluation) if e.question == "adjusted")
    settings = entry.checked(Settings)
    known = declared(context, entry, settings.of)
    outcome = known.outcome(entry, settings.indicators[0], "indicators", 0)
    assert settings.contrast is not None
    waves = tuple(map(str, settings.contrast))
    columns = list(dict.fromkeys([settings.by, *settings.controls, known.subject.level]))
    design = plain_design(known.subject, outcome.values, columns)
    terms = tuple(dict.fromkeys([*settings.controls, known.subject.level]))
    formula = formula_of("wave", settings.by, terms, OUTCOME, crossed=(known.subject.level,))
    fit = design.glm(formula, family="binomial", where=complete(design, columns, waves))
    frame, made = fit.design.frame.iloc[fit.matrix.rows], {}
    head = f"{known.entry.name}.{outcome.indicator}.shift.pooled/users/wave={'..'.join(waves)}"
    for unit in frame[known.subject.level].unique():
        at = [fit.matrix.at(frame.assign(wave=w, **{known.subject.level: unit})) for w in waves]
        first, last = (fit.predictions(x, np.zeros(len(x)))[:, 0] for x in at)
        for group in [None, *frame[settings.by].unique()]:
            here = np.ones(len(frame), bool) if group is None else (frame[settings.by] == group).to_numpy()
            end = "" if group is None else f"/{settings.by}={group}"
            shift = float(np.average((last - first)[here], weights=fit.weights[here]))
            made[f"{head}/{known.subject.level}={unit}{end}"] = 100 * shift
    return made


def _start() -> None:
    evaluation = load(NAME, ROOT)
    population = draw_population(evaluation)
    folder = Path(tempfile.mkdtemp())
    _state.update(evaluation=evaluation, population=population, months=months_of(evaluation, population), folder=folder)


def one(seed: int) -> pd.DataFrame:
    """Return the numbers of one redraw: result_id, measure, method, level of territory, estimate and interval."""
    evaluation, population, folder = _state["evaluation"], _state["population"], _state["folder"]
    weighted = sampled(evaluation, population, _state["months"], seed)
    if "context" not in _state:
        _state["context"] = context_of(evaluation, population, folder, weighted)
    context = copy.copy(_state["context"])
    table = answered(dataclasses.replace(context, _weighted={SOURCE: weighted}, shared={}))
    told = (table["inference"] == "model") | (table["territory_level"] == "region") | (table["n"] >= LEAST_ANSWERS)
    columns = ["result_id", "analysis", "indicator", "measure", "method", "territory_level", "estimate", "se"]
    return table.loc[told, [*columns, "lower", "upper"]].assign(seed=seed)


def kind_of(row: pd.Series) -> str:
    """Return the kind of a number: question, measure, method, and whether it is about the region or a part of it."""
    where = "region" if row["territory_level"] == "region" else "pays"
    method = row["method"] if isinstance(row["method"], str) else ""
    subject = row["analysis"] if row["measure"] in _COMMON else f"{row['analysis']}.{row['indicator']}"
    domain = " by group" if str(row["result_id"]).count("/") > 3 else ""
    return f"{subject}.{row['measure']}{'.' + method if method else ''} {where}{domain}"


_COMMON = ("share", "mean", "distribution", "shift", "gap", "mean_shift", "distribution_shift")


def summary(draws: pd.DataFrame, truth: dict[str, float]) -> pd.DataFrame:
    """Return coverage by kind of number, with its standard error over redraws and bias in standard errors."""
    held = draws[draws["result_id"].isin(list(truth)) & (draws["se"] > 1e-9)].copy()
    held["truth"] = held["result_id"].map(truth)
    held["inside"] = (held["lower"] <= held["truth"]) & (held["truth"] <= held["upper"])
    held["off"] = (held["estimate"] - held["truth"]) / held["se"]
    numbers = held.drop_duplicates("result_id").set_index("result_id", drop=False)
    held["kind"] = held["result_id"].map(numbers.apply(kind_of, axis=1))
    made = []
    for kind, part in held.groupby("kind"):
        by_draw = part.groupby("seed")["inside"].mean()
        made.append(
            {
                "kind": kind,
                "numbers": int(part["result_id"].nunique()),
                "coverage": float(part["inside"].mean()),
                "error": float(by_draw.std() / np.sqrt(len(by_draw))),
                "bias_in_se": float(part["off"].mean()),
                "spread_in_se": float(part.groupby("result_id")["off"].std().mean()),
            }
        )
    return pd.DataFrame(made)


def kept(folder: Path, seed: int) -> Path:
    """Return the file of one redraw."""
    return folder / f"redraw-{seed:04d}.parquet"


def main() -> None:
    """Run the study and write its output."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--redraws", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="folder of redraws already made, which are not made again")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = asked.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        seeds = range(1, asked.redraws + 1)
        missing = [seed for seed in seeds if not kept(folder, seed).is_file()]
        if missing:
            with multiprocessing.get_context("spawn").Pool(asked.workers, _start) as pool:
                for seed, draw in zip(missing, pool.imap(one, missing), strict=True):
                    draw.to_parquet(kept(folder, seed), index=False)
        draws = pd.concat([pd.read_parquet(kept(folder, seed)) for seed in seeds], ignore_index=True)
        population = draw_population(evaluation := load(NAME, ROOT))
        whole = context_of(evaluation, population, Path(made), everybody(population))
        table = summary(draws, truth_of(whole, population))
    print(table.round(3).to_string(index=False))
    content = {
        "command": f"python -m benchmarks.coverage_questions --redraws {asked.redraws}",
        "redraws": asked.redraws,
        "table": table.round(4).to_dict("records"),
    }
    text = json.dumps(content, indent=1, ensure_ascii=False)
    (ROOT / "benchmarks" / "coverage_questions.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
