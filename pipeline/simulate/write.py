"""From a population to the received files and the record of their truth, whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

import pandas as pd

from pipeline.errors import SimulateError
from pipeline.evaluation import Evaluation
from pipeline.simulate.attendance import draw_attendance
from pipeline.simulate.costs import cost_truth
from pipeline.simulate.declared import read_tables, told_by_tables
from pipeline.simulate.drawn_tables import draw_tables
from pipeline.simulate.facilitators import answers_of, facilitator_truth
from pipeline.simulate.network import network_truth
from pipeline.simulate.non_users import non_user_truth
from pipeline.simulate.population import draw_population
from pipeline.simulate.received import write_table
from pipeline.simulate.register import draw_register
from pipeline.simulate.sampling import draw_sample
from pipeline.simulate.sources import Drawn, drawn_network, write_sources
from pipeline.simulate.truth import truth_values
from pipeline.simulate.workshops import workshop_truth


def simulate(
    evaluation: Evaluation,
    *,
    scenario: str = "default",
    scale: float = 1.0,
    seed: int | None = None,
    recorded: bool = True,
) -> None:
    """Write the received files of a synthetic evaluation, and its truth where only tests look.

    Files go to ``evaluation.data``; population_<wave>.parquet, sample_<wave>.parquet, attendance.parquet,
    spaces.parquet, planted.parquet and truth_values.parquet go to ``build/<name>/simulate``.

    Parameters
    ----------
    evaluation : marked ``synthetic: true``, with a truth.yaml.
    scenario : name of an override in truth.yaml.
    scale : multiplies the number of users of every space.
    seed : of the sample and the planted errors (the population keeps its own); that of truth.yaml by default.
    recorded : whether the truth is written too: no stage reads it.

    Raises
    ------
    SimulateError
        If the evaluation is not synthetic, truth.yaml is wrong or a source cannot be simulated.
    """
    if told_by_tables(evaluation):
        _simulate_tables(evaluation, scenario, scale, seed, recorded)
        return
    population = draw_population(evaluation, scenario=scenario, scale=scale)
    seed = population.truth.sample_seed if seed is None else seed
    attendance = draw_attendance(population)
    drawn = Drawn(population, draw_sample(population, seed), attendance, draw_register(population), seed)
    with contextlib.ExitStack() as whole:
        folder = whole.enter_context(_staged(evaluation.data))
        planted = write_sources(drawn, folder)
        if recorded:
            _record(drawn, planted, whole.enter_context(_staged(evaluation.stage("simulate"), replace=True)))


def _record(drawn: Drawn, planted: pd.DataFrame, record: Path) -> None:
    """Write what the received files were drawn from, and what is true of it."""
    planted.to_parquet(record / "planted.parquet", index=False)
    values = [truth_values(drawn.population, drawn.attendance), *_truth_beside(drawn)]
    pd.concat(values, ignore_index=True).to_parquet(record / "truth_values.parquet", index=False)
    drawn.population.spaces.to_parquet(record / "spaces.parquet", index=False)
    drawn.attendance.drop(columns="space").to_parquet(record / "attendance.parquet", index=False)
    for name, wave in drawn.population.waves.items():
        wave.persons.to_parquet(record / f"population_{name}.parquet", index=False)
        drawn.sample.users[name].to_parquet(record / f"sample_{name}.parquet", index=False)


def _simulate_tables(evaluation: Evaluation, scenario: str, scale: float, seed: int | None, recorded: bool) -> None:
    """Write the received files that a truth.yaml of tables tells; it has one scenario and one size."""
    if scenario != "default" or scale != 1:
        raise SimulateError(
            "a truth told by tables has no scenarios and one size",
            where=str(evaluation.folder / "truth.yaml"),
            found=f"scenario {scenario}, scale {scale:g}",
            action="leave --scenario and --scale out, or change its tables",
        )
    drawn = draw_tables(read_tables(evaluation), seed)
    with contextlib.ExitStack() as whole:
        folder = whole.enter_context(_staged(evaluation.data))
        for source in evaluation.settings.sources:
            write_table(folder, source, evaluation.instruments[source.name], drawn[source.name])
        if not recorded:
            return
        record = whole.enter_context(_staged(evaluation.stage("simulate"), replace=True))
        for name, table in drawn.items():
            table.to_parquet(record / f"{name}.parquet", index=False)


class _staged:
    """A folder filled aside and moved into place only when everything in it was written."""

    def __init__(self, target: Path, replace: bool = False) -> None:
        self.target, self.replace = target, replace

    def __enter__(self) -> Path:
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self.aside = Path(tempfile.mkdtemp(prefix=f".{self.target.name}-", dir=self.target.parent))
        os.chmod(self.aside, 0o755)
        return self.aside

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._move()
        shutil.rmtree(self.aside, ignore_errors=True)

    def _move(self) -> None:
        if self.replace and self.target.exists():
            shutil.rmtree(self.target)
        if not self.target.exists():
            os.replace(self.aside, self.target)
            return
        # The folder may hold other received files: only those of the same name are replaced.
        for file in sorted(self.aside.iterdir()):
            os.replace(file, self.target / file.name)


def _truth_beside(drawn: Drawn) -> list[pd.DataFrame]:
    """Return the truth of surveys of others than users, where the evaluation has any."""
    population = drawn.population
    truth, evaluation = population.truth, population.evaluation
    region, found = evaluation.settings.territory.code, []
    if truth.non_users is not None and any(s.persons == "non_users" for s in evaluation.settings.sources):
        found.append(non_user_truth(drawn.non_users.persons, truth.non_users.wave, region))
    if truth.facilitators is not None and any(s.sampled == "space" for s in evaluation.sources("survey")):
        answers = answers_of(population.spaces, truth, truth.facilitators)
        found += [
            facilitator_truth(answers, truth.facilitators, entry.name, region)
            for entry in evaluation.settings.plan
            if entry.question == "typology"
        ]
    if truth.costs is not None and evaluation.sources("costs"):
        found.append(cost_truth(drawn.costs, region))
    if truth.cooperation is not None and evaluation.sources("network"):
        network = drawn_network(population, truth.sample_seed)
        named = [e.name for e in evaluation.settings.plan if e.question == "networks"]
        found += [network_truth(network, name, region) for name in named]
    if truth.workshops is not None and evaluation.sources("workshops"):
        found.append(workshop_truth(drawn.workshops, truth.workshops, region))
    return found
