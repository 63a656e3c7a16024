"""What sampled users answer, in the columns, codes and statuses of the clean table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.simulate.draws import Bools, Ints
from pipeline.simulate.parameters import Truth
from pipeline.simulate.population import Population, WavePopulation

STATUS = ("answered", "no_answer", "refused", "dont_know", "not_applicable", "routed", "not_asked")
_DTYPE = pd.CategoricalDtype(list(STATUS))
_YES_NO = np.array(["no", "yes"], dtype=object)
_NOT_CONCERNED = 9
Codes = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Interviews:
    """Who answered, where and when: rows of the population's persons, links and spaces, and the day of each."""

    person: Ints
    link: Ints
    space: Ints
    day: npt.NDArray[np.datetime64]


def questionnaires(
    population: Population, wave: WavePopulation, asked: Interviews, last_wave: bool, rng: np.random.Generator
) -> pd.DataFrame:
    """Return (interviews, columns): answers, their statuses, the columns of place, ``person`` and ``partial``."""
    truth, n = population.truth, len(asked.person)
    persons = {c: v[asked.person] for c, v in _arrays(wave).items()}
    partial = rng.uniform(size=n) < truth.sampling.partial
    columns: dict[str, object] = {
        "questionnaire": _text(np.arange(1, n + 1).astype(str)),
        "space_id": _text(population.spaces["site_id"].to_numpy(dtype=object)[asked.space]),
        "day": asked.day.astype("datetime64[us]"),
    }
    status: dict[str, Codes] = dict.fromkeys(("questionnaire", "space_id", "day"), _answered(n))
    for part in (
        _profile(truth, wave, persons, asked, rng),
        _satisfaction(truth, persons, last_wave, rng),
        _wishes(truth, wave.wave, persons, partial, last_wave, rng),
        _recommendation(persons, partial),
        _payment(truth, persons, asked.space, partial, rng),
    ):
        columns |= part[0]
        status |= part[1]
    columns |= {f"{q}__status": pd.Categorical.from_codes(s, dtype=_DTYPE) for q, s in status.items()}
    columns |= place_columns(population.spaces, asked.space)
    columns["age_band"] = _text(persons["age_band"])
    columns |= {"wave": _text(np.full(n, wave.wave, dtype=object)), "person": asked.person, "partial": partial}
    return pd.DataFrame(columns, copy=False)


def place_columns(spaces: pd.DataFrame, rows: Ints) -> dict[str, object]:
    """Return the columns that ingest derives from the register and the territory."""
    names = ("site_id", "commune", "pays", "epci", "department")
    return {name: _text(spaces[name].to_numpy(dtype=object)[rows]) for name in names}


Part = tuple[dict[str, object], dict[str, Codes]]


def _arrays(wave: WavePopulation) -> dict[str, npt.NDArray[np.generic]]:
    return {str(c): wave.persons[c].to_numpy() for c in wave.persons.columns}


def _text(values: npt.NDArray[np.generic]) -> object:
    return pd.array(values, dtype="str")


def _answered(n: int) -> Codes:
    return np.zeros(n, dtype=np.int8)


def _with(status: Codes, where: Bools, name: str) -> Codes:
    status[where] = STATUS.index(name)
    return status


def _integers(values: npt.NDArray[np.generic], status: Codes) -> object:
    return pd.arrays.IntegerArray(values.astype(np.int64), status != 0)


def _numbers(values: npt.NDArray[np.generic], status: Codes) -> object:
    return pd.arrays.FloatingArray(values.astype(np.float64), status != 0)


def _words(values: npt.NDArray[np.generic], status: Codes) -> object:
    words = values.astype(object)
    words[status != 0] = None
    return pd.array(words, dtype="str")


def _left_blank(truth: Truth, question: str, n: int, rng: np.random.Generator) -> Codes:
    blank = rng.uniform(size=n) < truth.sampling.item_nonresponse.get(question, 0.0)
    return _with(_answered(n), blank, "no_answer")


def _profile(
    truth: Truth,
    wave: WavePopulation,
    persons: dict[str, npt.NDArray[np.generic]],
    asked: Interviews,
    rng: np.random.Generator,
) -> Part:
    n = len(asked.person)
    status = {"age": _answered(n), "sex": _answered(n)}
    for question in ("occupation", "home_computer", "visits_4w", "visits_elsewhere"):
        status[question] = _left_blank(truth, question, n, rng)
    computer = persons["home_computer"].astype(bool)
    status["home_internet"] = _with(_answered(n), ~computer | (status["home_computer"] != 0), "routed")
    links = wave.links
    columns = {
        "age": _numbers(persons["age"], status["age"]),
        "sex": _integers(persons["sex"], status["sex"]),
        "occupation": _words(persons["occupation"], status["occupation"]),
        "home_computer": _words(_YES_NO[computer.astype(int)], status["home_computer"]),
        "home_internet": _words(_YES_NO[persons["home_internet"].astype(int)], status["home_internet"]),
        "visits_4w": _integers(links["here"].to_numpy()[asked.link], status["visits_4w"]),
        "visits_elsewhere": _integers(links["elsewhere"].to_numpy()[asked.link], status["visits_elsewhere"]),
    }
    return columns, status


def _satisfaction(
    truth: Truth, persons: dict[str, npt.NDArray[np.generic]], last_wave: bool, rng: np.random.Generator
) -> Part:
    columns: dict[str, object] = {}
    status: dict[str, Codes] = {}
    lower = truth.sampling.mode_effect.satisfaction_lower if last_wave else 0.0
    for question in [c for c in persons if c.startswith("sat_")]:
        notes = persons[question].astype(np.int64)
        given = _left_blank(truth, "satisfaction", len(notes), rng)
        status[question] = _with(given, (notes == _NOT_CONCERNED) & (given == 0), "not_applicable")
        if lower:
            notes = notes - ((rng.uniform(size=len(notes)) < lower) & (notes >= 4))
        columns[question] = _integers(notes, status[question])
    return columns, status


def _wishes(
    truth: Truth,
    wave: str,
    persons: dict[str, npt.NDArray[np.generic]],
    partial: Bools,
    last_wave: bool,
    rng: np.random.Generator,
) -> Part:
    columns: dict[str, object] = {}
    extra = truth.sampling.mode_effect.extra_tick if last_wave else 0.0
    for item in truth.demand.items:
        ticks = persons[f"wants_{item}"].astype(bool)
        if extra:
            ticks = ticks | (rng.uniform(size=len(ticks)) < extra)
        offered = truth.offers(item, wave)
        columns[f"wants_{item}"] = pd.arrays.BooleanArray(ticks, partial.copy() if offered else np.ones_like(partial))
    return columns, {"wants": _with(_answered(len(partial)), partial, "no_answer")}


def _recommendation(persons: dict[str, npt.NDArray[np.generic]], partial: Bools) -> Part:
    notes = persons["recommend"].astype(np.int64)
    status = _with(_with(_answered(len(notes)), partial, "no_answer"), notes < 0, "not_asked")
    return {"recommend": _numbers(notes, status)}, {"recommend": status}


def _payment(
    truth: Truth,
    persons: dict[str, npt.NDArray[np.generic]],
    space: Ints,
    partial: Bools,
    rng: np.random.Generator,
) -> Part:
    """Return the amounts proposed, which rotate within each space, and the answers to them."""
    pay, n = truth.willingness_to_pay, len(partial)
    rotation = rng.permuted(np.tile(np.arange(len(pay.bids)), (int(space.max(initial=0)) + 1, 1)), axis=1)
    bid = np.array(pay.bids, dtype=float)[rotation[space, _turn(space) % len(pay.bids)]]
    worth = persons["would_pay"].astype(np.float64)
    protest, unsure = persons["protest"].astype(bool), persons["dont_know"].astype(bool)
    first = worth >= bid
    bid2 = np.where(first, 2 * bid, bid / 2)
    second = worth * np.exp(pay.second_answer_shift) >= bid2
    answer = _YES_NO[first.astype(int)]
    answer[protest] = "protest"
    status = {"bid": _answered(n), "bid_answer": _with(_with(_answered(n), unsure, "dont_know"), partial, "no_answer")}
    routed = protest | unsure | partial
    status["bid2"] = _with(_answered(n), routed, "routed")
    status["bid2_answer"] = status["bid2"].copy()
    status["pay_anything"] = _with(_answered(n), routed | first | second, "routed")
    columns = {
        "bid": _numbers(bid, status["bid"]),
        "bid_answer": _words(answer, status["bid_answer"]),
        "bid2": _numbers(bid2, status["bid2"]),
        "bid2_answer": _words(_YES_NO[second.astype(int)], status["bid2_answer"]),
        "pay_anything": _words(_YES_NO[(worth > 0).astype(int)], status["pay_anything"]),
    }
    return columns, status


def _turn(space: Ints) -> Ints:
    """Return (n,) how many earlier interviews there were in the same space."""
    order = np.argsort(space, kind="stable")
    first = np.searchsorted(space[order], space[order], side="left")
    turn = np.empty(len(space), dtype=np.int64)
    turn[order] = np.arange(len(space)) - first
    return turn
