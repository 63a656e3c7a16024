"""From a population to the received files and the record of their truth, whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.errors import SimulateError
from pipeline.evaluation import Evaluation, Source
from pipeline.simulate.attendance import draw_attendance
from pipeline.simulate.comments import addresses, coded, remarks
from pipeline.simulate.costs import cost_truth, draw_costs
from pipeline.simulate.draws import stream
from pipeline.simulate.facilitators import FacilitatorSurvey, answers_of, draw_facilitators, facilitator_truth
from pipeline.simulate.network import DrawnNetwork, draw_network, network_truth, plant_in_ties
from pipeline.simulate.non_users import draw_non_users, non_user_truth
from pipeline.simulate.planted import SET_ASIDE, plant_in_attendance, plant_in_survey
from pipeline.simulate.population import Population, draw_population
from pipeline.simulate.received import check_encodable, write_csv, write_limesurvey, write_sav
from pipeline.simulate.register import Register, draw_register
from pipeline.simulate.sampling import SampledWaves, draw_sample
from pipeline.simulate.truth import truth_values
from pipeline.simulate.workshops import DrawnWorkshops, draw_workshops, plant_in_cycles, workshop_truth

NOTE = "Données fictives simulées"
#: Pages of the on-line questionnaire, and the page on which people break off.
_PAGES, _BROKEN_OFF = 4, 2
_EMAIL_SHARE = 0.30


def simulate(evaluation: Evaluation, *, scenario: str = "default", scale: float = 1.0, seed: int | None = None) -> None:
    """Write the received files of a synthetic evaluation, and its truth where only tests look.

    Files go to ``evaluation.data``; population_<wave>.parquet, sample_<wave>.parquet, attendance.parquet,
    spaces.parquet, planted.parquet and truth_values.parquet go to ``build/<name>/simulate``.

    Parameters
    ----------
    evaluation : marked ``synthetic: true``, with a truth.yaml.
    scenario : name of an override in truth.yaml.
    scale : multiplies the number of users of every space.
    seed : of the sample and the planted errors (the population keeps its own); that of truth.yaml by default.

    Raises
    ------
    SimulateError
        If the evaluation is not synthetic, truth.yaml is wrong or a source cannot be simulated.
    """
    population = draw_population(evaluation, scenario=scenario, scale=scale)
    seed = population.truth.sample_seed if seed is None else seed
    sample = draw_sample(population, seed)
    attendance = draw_attendance(population)
    register = draw_register(population)
    with _staged(evaluation.data) as folder, _staged(evaluation.stage("simulate"), replace=True) as record:
        planted = _write_received(population, sample, attendance, register, seed, folder)
        planted.to_parquet(record / "planted.parquet", index=False)
        values = [truth_values(population, attendance), *_truth_beside(population, attendance)]
        pd.concat(values, ignore_index=True).to_parquet(record / "truth_values.parquet", index=False)
        population.spaces.to_parquet(record / "spaces.parquet", index=False)
        attendance.drop(columns="space").to_parquet(record / "attendance.parquet", index=False)
        for name, wave in population.waves.items():
            wave.persons.to_parquet(record / f"population_{name}.parquet", index=False)
            sample.users[name].to_parquet(record / f"sample_{name}.parquet", index=False)


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


def _write_received(
    population: Population, sample: SampledWaves, attendance: pd.DataFrame, register: Register, seed: int, folder: Path
) -> pd.DataFrame:
    planted = []
    for source in population.evaluation.settings.sources:
        writer = _writer(population.evaluation, source)
        if writer is None:
            raise SimulateError(
                f"no simulation of sources of kind '{source.kind}'", found=source.name, allowed=sorted(_WRITERS)
            )
        planted.append(writer(population, source, sample, attendance, register, seed, folder))
    table = pd.concat(planted, ignore_index=True)
    return table[["file", "row", "line", "kind", "effect", "key"]]


def _survey(
    population: Population,
    source: Source,
    sample: SampledWaves,
    attendance: pd.DataFrame,
    register: Register,
    seed: int,
    folder: Path,
) -> pd.DataFrame:
    evaluation, truth = population.evaluation, population.truth
    instrument, planted = evaluation.instruments[source.name], []
    themes: list[pd.DataFrame] = []
    first = evaluation.settings.waves[0].name
    for name, spec in source.files.items():
        unlisted = [f"wants_{i}" for i, since in truth.demand.offered_from.items() if since > name]
        answers = sample.users[name].drop(columns=unlisted)
        rows = _open_answers(truth.sampling.comment, answers, seed, name)
        known_as = register.former if name == first else register.double
        under = rows["space_id"].map(known_as)
        rows["space_id"] = under.fillna(rows["space_id"])
        other_name = "former_id_used" if name == first else "duplicate_id_used"
        errors = plant_in_survey(truth, name, rows, evaluation.wave(name).field, seed)
        renamed = np.flatnonzero(errors.rows["space_id"].isin(set(known_as.values())))
        path = folder / spec.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if spec.format == "limesurvey":
            check_encodable(errors.rows, "comment", spec.encoding or "utf-8")
            lines = write_limesurvey(path, spec, instrument, name, errors.rows).to_numpy()
        elif spec.format == "sav":
            title = f"{(source.title or instrument.title).fr} {name}. {NOTE}"
            write_sav(path, instrument, name, errors.rows, evaluation.settings.edition, title)
            lines = np.arange(1, len(errors.rows) + 1)
        else:
            raise SimulateError("no simulation of this format", found=spec.format, allowed=["sav", "limesurvey"])
        themes.append(coded(spec.path, np.asarray(lines), errors.rows["comment"], name))
        named = pd.DataFrame({"position": renamed, "kind": other_name})
        both = pd.concat([errors.planted, named[~named["position"].isin(errors.planted["position"])]])
        planted.append(_recorded(both, spec.path, lines, errors.rows["questionnaire"].to_numpy()))
    if source.comments:
        pd.concat(themes).to_csv(folder / source.comments.codes, sep=";", index=False, lineterminator="\n")
    return pd.concat(planted)


def _writer(evaluation: Evaluation, source: Source) -> _Writer | None:
    """Return what writes a source: surveys of non-users and of spaces, and their record, have writers of their own."""
    if source.kind == "survey" and source.persons == "non_users":
        return _non_users
    if source.kind == "survey" and source.sampled == "space":
        return _facilitators
    surveys = evaluation.sources("survey")
    if any(s.sampled == "space" and s.fieldwork == source.name for s in surveys):
        return _mailing
    return _WRITERS.get(source.kind)


def _non_users(
    population: Population,
    source: Source,
    sample: SampledWaves,
    attendance: pd.DataFrame,
    register: Register,
    seed: int,
    folder: Path,
) -> pd.DataFrame:
    asked = population.truth.non_users
    if asked is None:
        raise SimulateError("truth.yaml says nothing of non-users", where="truth.yaml, key non_users")
    drawn = draw_non_users(population.evaluation, population.truth, asked, seed)
    return _record(population, source, drawn.sample.assign(space_id=drawn.sample["interview"]), None, folder)


def _asked_facilitators(population: Population, seed: int) -> FacilitatorSurvey:
    asked = population.truth.facilitators
    if asked is None:
        raise SimulateError("truth.yaml says nothing of facilitators", where="truth.yaml, key facilitators")
    return draw_facilitators(population.spaces, population.truth, asked, seed)


def _facilitators(
    population: Population,
    source: Source,
    sample: SampledWaves,
    attendance: pd.DataFrame,
    register: Register,
    seed: int,
    folder: Path,
) -> pd.DataFrame:
    return _record(population, source, _asked_facilitators(population, seed).returned, None, folder)


def _mailing(
    population: Population,
    source: Source,
    sample: SampledWaves,
    attendance: pd.DataFrame,
    register: Register,
    seed: int,
    folder: Path,
) -> pd.DataFrame:
    return _record(population, source, _asked_facilitators(population, seed).mailing, None, folder)


def _truth_beside(population: Population, attendance: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the truth of surveys of others than users, where the evaluation has any."""
    truth, evaluation = population.truth, population.evaluation
    region, found = evaluation.settings.territory.region, []
    if truth.non_users is not None and any(s.persons == "non_users" for s in evaluation.settings.sources):
        drawn = draw_non_users(evaluation, truth, truth.non_users, truth.sample_seed)
        found.append(non_user_truth(drawn.persons, truth.non_users.wave, region))
    if truth.facilitators is not None and any(s.sampled == "space" for s in evaluation.sources("survey")):
        answers = answers_of(population.spaces, truth, truth.facilitators)
        found += [
            facilitator_truth(answers, truth.facilitators, entry.name, region)
            for entry in evaluation.settings.plan
            if entry.question == "typology"
        ]
    if truth.costs is not None and evaluation.sources("costs"):
        found.append(cost_truth(draw_costs(population, truth.costs), region))
    if truth.cooperation is not None and evaluation.sources("network"):
        network = _drawn_network(population, truth.sample_seed)
        named = [e.name for e in evaluation.settings.plan if e.question == "networks"]
        found += [network_truth(network, name, region) for name in named]
    if truth.workshops is not None and evaluation.sources("workshops"):
        found.append(workshop_truth(draw_workshops(population, attendance, truth.workshops), truth.workshops, region))
    return found


def _open_answers(comment: float, rows: pd.DataFrame, seed: int, wave: str) -> pd.DataFrame:
    """Add what only a received file holds: remarks, addresses, time stamps and pages of an on-line questionnaire."""
    rng, n = stream(seed, "open answers", wave), len(rows)
    complete = ~rows["partial"].to_numpy()
    # Questionnaires are in order of time, so the hours rise within each day.
    hours = pd.Series(rng.uniform(9 * 3600, 19 * 3600, n)).groupby(rows["day"].to_numpy()).transform(np.sort)
    moment = rows["day"] + pd.to_timedelta(hours.astype(int).to_numpy(), unit="s")
    return rows.assign(
        comment=remarks(comment, n, rng).where(complete, None),
        email=addresses(_EMAIL_SHARE, n, rng).where(complete, None),
        submitted=moment.where(complete),
        last_page=pd.array(np.where(complete, _PAGES, _BROKEN_OFF), dtype="Int64"),
        start_language="fr",
    )


def _fieldwork(
    population: Population,
    source: Source,
    sample: SampledWaves,
    attendance: pd.DataFrame,
    register: Register,
    seed: int,
    folder: Path,
) -> pd.DataFrame:
    rows = pd.concat(sample.fieldwork.values(), ignore_index=True)
    return _record(population, source, rows, None, folder)


def _attendance(
    population: Population,
    source: Source,
    sample: SampledWaves,
    attendance: pd.DataFrame,
    register: Register,
    seed: int,
    folder: Path,
) -> pd.DataFrame:
    errors = plant_in_attendance(population.truth, attendance, seed)
    rows = errors.rows
    year = rows["month"].str[:4]
    last = population.truth.attendance.last_month[:4]
    early, late = rows["site_id"].map(register.former), rows["site_id"].map(register.double)
    known_as = early.where(year == population.truth.attendance.first_month[:4])
    known_as = known_as.fillna(late.where(year == last))
    sent = rows["received"]
    rows = rows.assign(
        space_id=known_as.fillna(rows["site_id"]),
        visits=rows["visits"].astype("Int64").where(sent),
        total=rows["total"].astype("Int64").where(sent),
    )
    return _record(population, source, rows, errors.planted, folder)


def _register(
    population: Population,
    source: Source,
    sample: SampledWaves,
    attendance: pd.DataFrame,
    register: Register,
    seed: int,
    folder: Path,
) -> pd.DataFrame:
    return _record(population, source, register.rows, register.planted, folder)


def _costs(
    population: Population,
    source: Source,
    sample: SampledWaves,
    attendance: pd.DataFrame,
    register: Register,
    seed: int,
    folder: Path,
) -> pd.DataFrame:
    asked = population.truth.costs
    if asked is None:
        raise SimulateError("truth.yaml says nothing of costs", where="truth.yaml, key costs")
    return _record(population, source, draw_costs(population, asked), None, folder)


def _drawn_network(population: Population, seed: int) -> DrawnNetwork:
    truth = population.truth
    if truth.cooperation is None:
        raise SimulateError("truth.yaml says nothing of cooperation", where="truth.yaml, key cooperation")
    level = population.evaluation.settings.territory.level
    return draw_network(population.spaces, truth, truth.cooperation, level, seed)


def _network(
    population: Population,
    source: Source,
    sample: SampledWaves,
    attendance: pd.DataFrame,
    register: Register,
    seed: int,
    folder: Path,
) -> pd.DataFrame:
    drawn, asked = _drawn_network(population, seed), population.truth.cooperation
    if source.ties is None or asked is None:
        return _record(population, source, drawn.actors.assign(space_id=drawn.actors["actor"]), None, folder)
    errors = plant_in_ties(drawn, asked, seed)
    return _record(population, source, errors.rows.assign(space_id=errors.rows["sender"]), errors.planted, folder)


def _drawn_workshops(population: Population, attendance: pd.DataFrame) -> DrawnWorkshops:
    asked = population.truth.workshops
    if asked is None:
        raise SimulateError("truth.yaml says nothing of workshops", where="truth.yaml, key workshops")
    return draw_workshops(population, attendance, asked)


def _workshops(
    population: Population,
    source: Source,
    sample: SampledWaves,
    attendance: pd.DataFrame,
    register: Register,
    seed: int,
    folder: Path,
) -> pd.DataFrame:
    drawn = _drawn_workshops(population, attendance)
    errors = plant_in_cycles(drawn, population.truth.planted_errors.attended_over_enrolled, seed)
    return _record(population, source, errors.rows, errors.planted, folder)


def _enrolments(
    population: Population,
    source: Source,
    sample: SampledWaves,
    attendance: pd.DataFrame,
    register: Register,
    seed: int,
    folder: Path,
) -> pd.DataFrame:
    return _record(population, source, _drawn_workshops(population, attendance).enrolments, None, folder)


def _record(
    population: Population, source: Source, rows: pd.DataFrame, planted: pd.DataFrame | None, folder: Path
) -> pd.DataFrame:
    instrument = population.evaluation.instruments[source.name]
    spec = next(iter(source.files.values()))
    path = folder / spec.path
    path.parent.mkdir(parents=True, exist_ok=True)
    write_csv(path, spec, instrument, rows)
    nothing = pd.DataFrame({"position": np.array([], dtype=int), "kind": np.array([], dtype=object)})
    lines = np.arange(2, len(rows) + 2)
    return _recorded(planted if planted is not None else nothing, spec.path, lines, rows["space_id"].to_numpy())


def _recorded(planted: pd.DataFrame, file: str, lines: np.ndarray, keys: np.ndarray) -> pd.DataFrame:
    at = planted["position"].to_numpy(dtype=int)
    return pd.DataFrame(
        {
            "file": file,
            "row": at + 1,
            "line": lines[at],
            "kind": planted["kind"].astype("str").to_numpy(),
            "effect": np.where(planted["kind"].isin(SET_ASIDE), "set_aside", "resolved"),
            "key": keys[at].astype(str),
        }
    )


_Writer = Callable[[Population, Source, SampledWaves, pd.DataFrame, Register, int, Path], pd.DataFrame]
_WRITERS: dict[str, _Writer] = {
    "survey": _survey,
    "fieldwork": _fieldwork,
    "attendance": _attendance,
    "sites": _register,
    "costs": _costs,
    "network": _network,
    "workshops": _workshops,
    "enrolments": _enrolments,
}
