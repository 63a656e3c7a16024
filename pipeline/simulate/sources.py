"""What each kind of source would have sent: its received files, written from what was drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

from pipeline.errors import SimulateError
from pipeline.evaluation import Evaluation, Source
from pipeline.simulate.comments import addresses, coded, remarks
from pipeline.simulate.costs import draw_costs
from pipeline.simulate.draws import stream
from pipeline.simulate.facilitators import FacilitatorSurvey, draw_facilitators
from pipeline.simulate.network import DrawnNetwork, draw_network, plant_in_ties
from pipeline.simulate.non_users import NonUserSurvey, draw_non_users
from pipeline.simulate.planted import SET_ASIDE, plant_in_attendance, plant_in_survey
from pipeline.simulate.population import Population
from pipeline.simulate.received import check_encodable, write_csv, write_limesurvey, write_sav
from pipeline.simulate.register import Register
from pipeline.simulate.sampling import SampledWaves
from pipeline.simulate.workshops import DrawnWorkshops, draw_workshops, plant_in_cycles

NOTE = "Données fictives simulées"
#: Pages of the on-line questionnaire, and the page on which people break off.
_PAGES, _BROKEN_OFF = 4, 2
_EMAIL_SHARE = 0.30
Told = TypeVar("Told")


@dataclass(frozen=True)
class Drawn:
    """A population and what was drawn from it; what only some evaluations have is drawn when asked for.

    Parameters
    ----------
    attendance : visits by space, month, activity and age, before errors.
    seed : of the samples and the planted errors.
    """

    population: Population
    sample: SampledWaves
    attendance: pd.DataFrame
    register: Register
    seed: int

    @cached_property
    def facilitators(self) -> FacilitatorSurvey:
        """Return what the facilitators of the spaces answered."""
        truth = self.population.truth
        return draw_facilitators(self.population.spaces, truth, _told(truth.facilitators, "facilitators"), self.seed)

    @cached_property
    def workshops(self) -> DrawnWorkshops:
        """Return the cycles of workshops, and who enrolled in them."""
        asked = _told(self.population.truth.workshops, "workshops")
        return draw_workshops(self.population, self.attendance, asked)

    @cached_property
    def non_users(self) -> NonUserSurvey:
        """Return the population that uses no space, and who of it was interviewed."""
        truth = self.population.truth
        asked = _told(truth.non_users, "non_users")
        return draw_non_users(self.population.evaluation, truth, asked, self.seed)

    @cached_property
    def costs(self) -> pd.DataFrame:
        """Return the accounts of the programme."""
        return draw_costs(self.population, _told(self.population.truth.costs, "costs"))


def drawn_network(population: Population, seed: int) -> DrawnNetwork:
    """Return the actors and ties of the evaluation, with the answers of a seed."""
    asked = _told(population.truth.cooperation, "cooperation")
    return draw_network(
        population.spaces, population.truth, asked, population.evaluation.settings.territory.level, seed
    )


def write_sources(drawn: Drawn, folder: Path) -> pd.DataFrame:
    """Write the received files of every source to a folder; return what was planted in them, a row an error.

    Raises
    ------
    SimulateError
        Sources of a kind are not simulated, or truth.yaml says nothing of them.
    """
    planted = []
    for source in drawn.population.evaluation.settings.sources:
        writer = _writer(drawn.population.evaluation, source)
        if writer is None:
            raise SimulateError(
                f"no simulation of sources of kind '{source.kind}'", found=source.name, allowed=sorted(_WRITERS)
            )
        planted.append(writer(drawn, source, folder))
    table = pd.concat(planted, ignore_index=True)
    return table[["file", "row", "line", "kind", "effect", "key"]]


def _told(asked: Told | None, key: str) -> Told:
    if asked is None:
        raise SimulateError(f"truth.yaml says nothing of {key.replace('_', '-')}", where=f"truth.yaml, key {key}")
    return asked


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


def _survey(drawn: Drawn, source: Source, folder: Path) -> pd.DataFrame:
    evaluation, truth, register = drawn.population.evaluation, drawn.population.truth, drawn.register
    instrument, planted = evaluation.instruments[source.name], []
    themes: list[pd.DataFrame] = []
    first = evaluation.settings.waves[0].name
    for name, spec in source.files.items():
        unlisted = [f"wants_{i}" for i in truth.demand.offered_from if not truth.offers(i, name)]
        answers = drawn.sample.users[name].drop(columns=unlisted)
        rows = _open_answers(truth.sampling.comment, answers, drawn.seed, truth.year(name))
        known_as = register.former if name == first else register.double
        under = rows["space_id"].map(known_as)
        rows["space_id"] = under.fillna(rows["space_id"])
        other_name = "former_id_used" if name == first else "duplicate_id_used"
        errors = plant_in_survey(truth, name, rows, evaluation.wave(name).field, drawn.seed)
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


def _open_answers(comment: float, rows: pd.DataFrame, seed: int, year: str) -> pd.DataFrame:
    """Add what only a received file holds: remarks, addresses, time stamps and pages of an on-line questionnaire."""
    rng, n = stream(seed, "open answers", year), len(rows)
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


def _non_users(drawn: Drawn, source: Source, folder: Path) -> pd.DataFrame:
    sample = drawn.non_users.sample
    return _record(drawn, source, folder, sample.assign(space_id=sample["interview"]))


def _facilitators(drawn: Drawn, source: Source, folder: Path) -> pd.DataFrame:
    return _record(drawn, source, folder, drawn.facilitators.returned)


def _mailing(drawn: Drawn, source: Source, folder: Path) -> pd.DataFrame:
    return _record(drawn, source, folder, drawn.facilitators.mailing)


def _fieldwork(drawn: Drawn, source: Source, folder: Path) -> pd.DataFrame:
    return _record(drawn, source, folder, pd.concat(drawn.sample.fieldwork.values(), ignore_index=True))


def _known_as(drawn: Drawn, rows: pd.DataFrame) -> pd.Series:
    """Return by what name the return of a month calls its space: a former one in the first year, a second in the last.

    Names are found once a space and year, not once a record.
    """
    months, register = drawn.population.truth.attendance, drawn.register
    year, years = pd.factorize(rows["month"].str[:4])
    site, sites = pd.factorize(rows["site_id"])
    names = [
        (register.former.get(s) if y == months.first_month[:4] else None)
        or (register.double.get(s) if y == months.last_month[:4] else None)
        or s
        for y in years
        for s in sites
    ]
    return pd.Series(pd.array(names, dtype="str").take(year * len(sites) + site), index=rows.index)


def _attendance(drawn: Drawn, source: Source, folder: Path) -> pd.DataFrame:
    truth = drawn.population.truth
    errors = plant_in_attendance(truth, drawn.attendance, drawn.seed)
    rows = errors.rows
    sent = rows["received"]
    rows = rows.assign(
        space_id=_known_as(drawn, rows),
        visits=rows["visits"].astype("Int64").where(sent),
        total=rows["total"].astype("Int64").where(sent),
    )
    return _record(drawn, source, folder, rows, errors.planted)


def _register(drawn: Drawn, source: Source, folder: Path) -> pd.DataFrame:
    return _record(drawn, source, folder, drawn.register.rows, drawn.register.planted)


def _costs(drawn: Drawn, source: Source, folder: Path) -> pd.DataFrame:
    return _record(drawn, source, folder, drawn.costs)


def _network(drawn: Drawn, source: Source, folder: Path) -> pd.DataFrame:
    asked = _told(drawn.population.truth.cooperation, "cooperation")
    network = drawn_network(drawn.population, drawn.seed)
    if source.ties is None:
        return _record(drawn, source, folder, network.actors.assign(space_id=network.actors["actor"]))
    errors = plant_in_ties(network, asked, drawn.seed)
    return _record(drawn, source, folder, errors.rows.assign(space_id=errors.rows["sender"]), errors.planted)


def _workshops(drawn: Drawn, source: Source, folder: Path) -> pd.DataFrame:
    errors = plant_in_cycles(drawn.workshops, drawn.population.truth.planted_errors.attended_over_enrolled, drawn.seed)
    return _record(drawn, source, folder, errors.rows, errors.planted)


def _enrolments(drawn: Drawn, source: Source, folder: Path) -> pd.DataFrame:
    return _record(drawn, source, folder, drawn.workshops.enrolments)


def _record(
    drawn: Drawn, source: Source, folder: Path, rows: pd.DataFrame, planted: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Write the rows of a source that is one CSV file, and tell what was planted in them."""
    instrument = drawn.population.evaluation.instruments[source.name]
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


_Writer = Callable[[Drawn, Source, Path], pd.DataFrame]
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
