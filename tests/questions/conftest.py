"""Evaluations answered in memory: the simulated population, one sample of it, no received files."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline import results
from pipeline.evaluation import Evaluation, PlanEntry, load
from pipeline.questions.context import Context
from pipeline.questions.entry import Entry
from pipeline.questions.estimates import Subject
from pipeline.simulate import Population, draw_population, draw_sample
from pipeline.simulate.attendance import draw_attendance
from pipeline.simulate.truth import truth_values
from pipeline.survey import Design
from pipeline.weighting import field_month, prepare, replay
from pipeline.weighting.diagnostics import balance, spread

ROOT = Path(__file__).parents[2]


def entry(settings: dict[str, Any] | None = None, question: str = "demand", name: str | None = None) -> Entry:
    """Return a plan entry."""
    return Entry("invented", 0, question, name or question, False, settings or {})


def table_of(question: ModuleType, rows: list[results.Result]) -> pd.DataFrame:
    """Return the answer of a question as a table that holds its declarations, as a plan makes it."""
    name = question.__name__.rpartition(".")[2]
    made = [dataclasses.replace(row, question=name) for row in rows]
    return results.frame(made, None, results.measures({name: question.MEASURES}))


def subject_of(frame: pd.DataFrame, **design: Any) -> Subject:
    """Return users of a frame with columns wave, w, pays and what the design names."""
    waves = tuple(sorted(frame["wave"].unique()))
    design = {"waves": "wave" if len(waves) > 1 else None, **design}
    return Subject(Design(frame, weights="w", **design), "users", "sample", "users", "53", "pays", None, waves)


def planned(evaluation: Evaluation, question: str, **settings: Any) -> Evaluation:
    """Return the evaluation with one plan entry, its declared settings changed as told."""
    declared = next((p.settings for p in evaluation.settings.plan if p.question == question), {})
    plan = [PlanEntry(question=question, settings={**declared, **settings})]
    return dataclasses.replace(evaluation, settings=evaluation.settings.model_copy(update={"plan": plan}))


@dataclasses.dataclass(frozen=True)
class Known:
    """A context over one sample of a population, and the truth by result_id."""

    context: Context
    population: Population
    truth: pd.Series

    def with_plan(self, question: str, **settings: Any) -> Context:
        """Return the context of another plan."""
        return dataclasses.replace(self.context, evaluation=planned(self.context.evaluation, question, **settings))


def known(name: str, folder: Path, seed: int = 1, scenario: str = "default") -> Known:
    """Draw a population and one sample of it, weight it, and lay out what the analysis reads."""
    evaluation = load(name, ROOT)
    population = draw_population(evaluation, scenario=scenario)
    sample = draw_sample(population, seed)
    users = pd.concat(sample.users.values(), ignore_index=True)
    users = users[~users["partial"]].drop(columns=["person", "partial"])
    log = pd.concat(sample.fieldwork.values(), ignore_index=True)
    counts = draw_attendance(population)
    received = counts.assign(visits=counts["visits"].where(counts["received"]).astype("Float64"))
    ingest, weight = folder / "ingest", folder / "weight"
    tables = {"users": users, "attendance": received.drop(columns=["space"]), "register": population.spaces}
    for source, table in tables.items():
        (ingest / source).mkdir(parents=True)
        table.to_parquet(ingest / source / "all.parquet", index=False)
    accepted = users.groupby("wave").size()
    account = [("users", w, "f", k, "", n) for w, n in accepted.items() for k in ("received", "accepted")]
    columns = ["source", "wave", "file", "kind", "reason", "n"]
    pd.DataFrame(account, columns=columns).to_parquet(ingest / "account.parquet")
    limits = evaluation.settings.age_bands
    months = {
        w.name: field_month(received, population.spaces, str(w.attendance_month), "individual visits 15+", limits)
        for w in evaluation.settings.waves
    }
    prepared = prepare(evaluation, evaluation.source("users"), users, log, months)
    weighted = replay("users", prepared.frame, prepared.plan)
    weight.mkdir()
    prepared.response.assign(source="users").to_parquet(weight / "response.parquet")
    balance(weighted, months).assign(source="users").to_parquet(weight / "margins.parquet")
    spread(weighted).assign(source="users").to_parquet(weight / "diagnostics.parquet")
    truth = truth_values(population, counts).set_index("result_id")["value"]
    return Known(Context(evaluation, ingest, weight, {"users": weighted}), population, truth)


@pytest.fixture(scope="session")
def miniature(tmp_path_factory: pytest.TempPathFactory) -> Known:
    return known("miniature", tmp_path_factory.mktemp("miniature"))


@pytest.fixture(scope="session")
def brittany(tmp_path_factory: pytest.TempPathFactory) -> Known:
    return known("bretagne-cybercommunes", tmp_path_factory.mktemp("brittany"))


@pytest.fixture
def answers() -> pd.DataFrame:
    """Return 400 invented answers of two waves over 40 spaces, 20 a wave, in two pays and none."""
    rng = np.random.default_rng(5)
    space = np.repeat(np.arange(40), 10)
    return pd.DataFrame(
        {
            "wave": np.where(space < 20, "2003", "2006"),
            "space": space,
            "w": rng.uniform(1, 3, 400),
            "pays": np.array(["01", "02", None], dtype=object)[space % 3],
            "age_band": rng.choice(["15-24", "25+"], 400),
            "y": rng.integers(0, 2, 400).astype(float),
        }
    )
