"""The survey of facilitators: one questionnaire a space, sent to every space of the programme; not all come back.

Three latent types of space drive the answers. What every space would answer is drawn once; which questionnaires came
back depends on the type and on the seed of the sample.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.errors import SimulateError
from pipeline.simulate.draws import Bools, dealt, logistic, stream, top_share
from pipeline.simulate.parameters import Facilitators, Truth

#: Limits of the classes of the questionnaire, and their codes.
_POSTS, _POSTS_CODES = (5, 10), ("under_5", "5_to_9", "10_or_more")
_HOURS, _HOURS_CODES = (10, 20), ("under_10", "10_to_19", "20_or_more")
_RETURNED, _SILENT, _UNDELIVERABLE = "returned", "silent", "undeliverable"


@dataclass(frozen=True)
class FacilitatorSurvey:
    """What every space would answer (with its type ``site_type``), the questionnaires returned, the mailing record."""

    spaces: pd.DataFrame
    returned: pd.DataFrame
    mailing: pd.DataFrame


def draw_facilitators(spaces: pd.DataFrame, truth: Truth, asked: Facilitators, seed: int) -> FacilitatorSurvey:
    """Draw the answers of every space and the questionnaires that came back.

    Parameters
    ----------
    spaces : one row a space, as :func:`~pipeline.simulate.spaces.draw_spaces` returns them.
    truth, asked : declarations; the answers follow the seed of the population.
    seed : of the return of questionnaires and of unanswered questions.
    """
    answers = answers_of(spaces, truth, asked)
    return FacilitatorSurvey(answers, *_returned(answers, asked, seed))


def answers_of(spaces: pd.DataFrame, truth: Truth, asked: Facilitators) -> pd.DataFrame:
    """Return what the facilitator of each space would answer, boxes as 0 and 1.

    Raises
    ------
    SimulateError
        When truth.yaml says nothing of a type of space.
    """
    rng = stream(truth.population_seed, "facilitators")
    kinds = spaces["site_type"].to_numpy(dtype=object)
    _check_types(kinds, asked)
    out = spaces[["site_id", "site_type"]].reset_index(drop=True)
    out = out.assign(space_id=out["site_id"])
    out["posts_class"] = _class(spaces["posts"], _POSTS, _POSTS_CODES)
    out["hours_class"] = _class(spaces["hours_week"], _HOURS, _HOURS_CODES)
    out["speed"] = spaces[f"broadband_{truth.year(asked.wave)}"].to_numpy(dtype=object)
    out["status"] = spaces[f"facilitator_{truth.year(asked.wave)}"].to_numpy(dtype=object)
    for question, tables in asked.answers.items():
        out[question] = _dealt(kinds, tables, rng)
    for question, items in asked.boxes.items():
        for item, shares in items.items():
            out[f"{question}_{item}"] = _ticked(kinds, shares, rng).astype(int)
    return out


def _class(values: pd.Series, limits: tuple[int, ...], codes: tuple[str, ...]) -> npt.NDArray[np.object_]:
    return np.array(codes, dtype=object)[np.searchsorted(limits, values.to_numpy(dtype=float), side="right")]


def _dealt(
    kinds: npt.NDArray[np.object_], tables: dict[str, dict[str, float]], rng: np.random.Generator
) -> npt.NDArray[np.object_]:
    """Return one code a space, each type exactly at its shares."""
    out = np.empty(len(kinds), dtype=object)
    for kind in sorted(set(kinds)):
        rows = np.flatnonzero(kinds == kind)
        codes = np.array(list(tables[kind]), dtype=object)
        out[rows] = codes[dealt(list(tables[kind].values()), len(rows), rng)]
    return out


def _ticked(kinds: npt.NDArray[np.object_], shares: dict[str, float], rng: np.random.Generator) -> Bools:
    """Return whether each space ticks a box, each type at its share."""
    out = np.zeros(len(kinds), dtype=bool)
    for kind in sorted(set(kinds)):
        rows = np.flatnonzero(kinds == kind)
        out[rows] = top_share(logistic(rng, len(rows)), shares[kind])
    return out


def _check_types(kinds: npt.NDArray[np.object_], asked: Facilitators) -> None:
    tables: dict[str, Mapping[str, object]] = {"returned": asked.returned}
    tables |= {f"answers.{q}": t for q, t in asked.answers.items()}
    tables |= {f"boxes.{q}.{i}": t for q, items in asked.boxes.items() for i, t in items.items()}
    for key, table in tables.items():
        lost = sorted(set(kinds) - set(table))
        if lost:
            raise SimulateError(
                "the truth says nothing of a type of space",
                where=f"truth.yaml, key facilitators.{key}",
                found=sorted(table),
                allowed=sorted(set(kinds)),
            )


def _returned(answers: pd.DataFrame, asked: Facilitators, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the received questionnaires and one row a questionnaire sent, with what became of it."""
    rng = stream(seed, "facilitators", "return")
    kinds = answers["site_type"].to_numpy(dtype=object)
    outcome = np.full(len(answers), _SILENT, dtype=object)
    lost = rng.choice(len(answers), size=min(asked.undeliverable, len(answers) // 10), replace=False)
    outcome[lost] = _UNDELIVERABLE
    for kind, rate in asked.returned.items():
        reached = np.flatnonzero((kinds == kind) & (outcome != _UNDELIVERABLE))
        outcome[rng.permutation(reached)[: round(rate * len(reached))]] = _RETURNED
    received = answers[outcome == _RETURNED].reset_index(drop=True)
    for question in asked.answers:
        silent = rng.random(len(received)) < asked.item_nonresponse
        received[question] = received[question].where(~silent, None)
    mailing = answers[["space_id", "site_type"]].assign(
        spaces_of_type=answers.groupby("site_type")["space_id"].transform("size"),
        p_space=1.0,
        outcome=outcome,
        participated=np.where(outcome == _RETURNED, "yes", "no"),
    )
    return received, mailing


def facilitator_truth(answers: pd.DataFrame, asked: Facilitators, analysis: str, region: str) -> pd.DataFrame:
    """Return the shares among all spaces under the result_ids of the typology, in the form of truth_values."""
    rows: list[tuple[str, str, float]] = []
    for question in ("posts_class", "hours_class", "speed", "status", *asked.answers):
        for code, share in answers[question].value_counts(normalize=True).items():
            rows.append((question, f"{question}={code}", float(share)))
    for question, items in asked.boxes.items():
        rows += [(item, "", float(answers[f"{question}_{item}"].mean())) for item in items]
    table = pd.DataFrame(rows, columns=["name", "domain", "value"])
    place = f"region={region}"
    tail = np.where(table["domain"] == "", "", "/" + table["domain"])
    indicator = analysis + "." + table["name"] + ".share"
    return pd.DataFrame(
        {
            "indicator": indicator,
            "domain": table["domain"],
            "value": table["value"],
            "result_id": indicator + f"/spaces/wave={asked.wave}/{place}" + tail,
            "population": "spaces",
            "wave": asked.wave,
            "territory": place,
            "unit": "share",
        }
    )
