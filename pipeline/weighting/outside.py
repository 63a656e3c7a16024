"""Calibration margins from a file of official numbers: every answer in a category, every category with answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.errors import WeightError
from pipeline.evaluation import Evaluation, OutsideMargin, Wave, read_margin
from pipeline.survey.margins import AGREEMENT
from pipeline.weighting.margins import NO_ANSWER, with_no_answer

#: Between the codes of variables that a margin crosses.
CROSS = " × "


@dataclass(frozen=True)
class Margin:
    """A margin ready to be met: its ``column`` of the frame, the ``categories`` (n,), and [wave, category, total].

    ``variables`` are those that it crosses.
    """

    variables: tuple[str, ...]
    column: str
    categories: pd.Series
    totals: list[list[object]]


def of_file(evaluation: Evaluation, name: str, frame: pd.DataFrame, weights: pd.Series) -> Margin:
    """Return the margin of a file beside evaluation.yaml, for every wave of a frame.

    Answers that lack one of the variables make a class of their own, at their own weighted share.

    Parameters
    ----------
    frame : stacked answers, columns wave, _answered and the variables of the file.
    weights : (n,) weights so far.

    Raises
    ------
    WeightError
        For a variable that the answers lack, a category that only the file or only the answers have.
    """
    margin = read_margin(evaluation.folder / name)
    if lost := [v for v in margin.variables if v not in frame]:
        known = sorted(c for c in map(str, frame.columns) if not c.startswith("_"))
        raise _fault(margin, "the answers have no such variable", lost, known)
    told = frame[list(margin.variables)].notna().all(axis=1)
    crossed = _crossed(frame, margin.variables).where(told, NO_ANSWER)
    totals: list[list[object]] = []
    for wave in (evaluation.wave(str(w)) for w in frame["wave"].unique()):
        here = frame["wave"] == wave.name
        answered = here & frame["_answered"]
        official = _official(margin, wave, crossed[answered & told])
        met = with_no_answer(official, crossed[answered], weights[answered])
        # rows without an answer weigh nothing, but every row needs a category the margin knows
        crossed = crossed.where(answered | ~here, met.index[0])
        totals += [[wave.name, key, float(value)] for key, value in met.items()]
    return Margin(margin.variables, "_margin_" + "_".join(margin.variables), crossed.astype(str), totals)


def refuse_conflict(names: Sequence[str], margins: Sequence[dict[str, Any]]) -> None:
    """Refuse margins that count another number in all, wave by wave.

    Raises
    ------
    WeightError
        With the sum of each margin, in the wave where they differ.
    """
    sums = pd.DataFrame({i: pd.DataFrame(m["totals"]).groupby(0)[2].sum() for i, m in enumerate(margins)})
    apart = sums[sums.max(axis=1) > sums.min(axis=1) * (1 + AGREEMENT)]
    for wave, totals in apart.iterrows():
        raise WeightError(
            f"the margins of wave {wave} do not add up to the same number, so that no weights meet them all",
            where="step calibrate",
            found=[f"{name}: {total:,.10g}" for name, total in zip(names, totals, strict=True)],
            allowed="one population in all margins",
            action="take the numbers of one population, or scale one file to the total of the other",
        )


def _crossed(frame: pd.DataFrame, variables: Sequence[str]) -> pd.Series:
    texts = [frame[v].astype("object").map(str).tolist() for v in variables]
    return pd.Series([CROSS.join(codes) for codes in zip(*texts, strict=True)], index=frame.index, dtype="object")


def _official(margin: OutsideMargin, wave: Wave, answers: pd.Series) -> pd.Series:
    """Return the totals of a wave by category, once both sides have the same categories."""
    table = margin.of(wave)
    totals = pd.Series(table["population"].to_numpy(), index=_crossed(table, margin.variables))
    if strays := sorted(set(answers) - set(totals.index)):
        raise _fault(
            margin, f"answers of wave {wave.name} are in categories without a total", strays, list(totals.index)
        )
    if empty := [c for c in totals.index if c not in set(answers)]:
        raise _fault(
            margin,
            f"nobody answered in these categories of wave {wave.name}, so that no weight can reach their total",
            empty,
            "categories with answers: join each with a neighbour, in the file and by a derived variable",
        )
    return totals


def _fault(margin: OutsideMargin, problem: str, found: Sequence[str], allowed: object) -> WeightError:
    crossing = CROSS.join(margin.variables)
    return WeightError(problem, where=f"{margin.path.name}, {crossing}", found=list(found)[:12], allowed=allowed)
