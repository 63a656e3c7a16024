"""Fieldwork in progress: answers that came in by stratum, space and day, beside what the plan of the survey has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from pipeline.evaluation import Evaluation, Source
from pipeline.instrument import Instrument
from pipeline.instrument.affirmation import YES

#: A stratum lags where its response is less than this share of that of its wave.
LAGS = 0.6
COLUMNS = ["source", "wave", "stratum", "space", "day", "took_part", "handed", "answers"]


def against_plan(evaluation: Evaluation, clean: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return a row a planned space and day of every survey with a fieldwork record, with the answers accepted so far.

    Answers of a space or day that the plan does not have stand in rows of their own, without a stratum.

    Parameters
    ----------
    clean : accepted records by source.
    """
    parts = [
        _of_survey(
            source,
            evaluation.instruments[source.fieldwork],
            clean[source.fieldwork],
            clean[source.name],
            [wave.name for wave in evaluation.settings.waves],
        )
        for source in evaluation.sources("survey")
        if source.fieldwork is not None and {source.fieldwork, source.name} <= set(clean)
    ]
    parts = [p for p in parts if len(p)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)


def _of_survey(
    source: Source, record: Instrument, planned: pd.DataFrame, answers: pd.DataFrame, waves: Sequence[str]
) -> pd.DataFrame:
    if not {"site_id", "wave"} <= set(planned) or not {"site_id", "wave"} <= set(answers):
        return pd.DataFrame(columns=COLUMNS)
    roles = {"stratum": "stratum", "date": "day", "participated": "took_part", "handed": "handed"}
    held = {new: q.name for role, new in roles.items() if (q := record.by_role(role)) and q.name in planned}  # type: ignore[arg-type]
    plan = pd.DataFrame({"wave": planned["wave"], "space": planned["site_id"].astype("str")})
    plan = plan.assign(**{new: planned[name].to_numpy() for new, name in held.items()})
    keys = ["wave", "space", *(["day"] if "day" in held and "day" in answers else [])]
    plan = plan.reindex(columns=["wave", "stratum", "space", "day", "took_part", "handed"])
    counted = pd.DataFrame({"wave": answers["wave"], "space": answers["site_id"].astype("str")})
    if "day" in keys:
        counted["day"] = pd.to_datetime(answers["day"])
        plan["day"] = pd.to_datetime(plan["day"])
    counted = counted[counted["wave"].isin(plan["wave"].unique())]
    n = counted.groupby(keys, dropna=False).size().rename("answers").reset_index()
    merged = plan.merge(n, on=keys, how="outer")
    merged["answers"] = merged["answers"].fillna(0).astype("int64")
    # the waves in their order, which their names need not tell
    order = {wave: number for number, wave in enumerate(waves)}
    merged = merged.assign(source=source.name, at=merged["wave"].map(order))
    return merged.sort_values(["at", "stratum", "space", "day"])[COLUMNS]


def against(progress: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return a row a group: spaces planned, those with answers, persons asked, answers, and the share who answered.

    Answers of places that the plan does not have are counted among the answers of their wave.

    Parameters
    ----------
    by : columns of ``progress`` that make the groups.
    """
    handed = pd.to_numeric(progress["handed"]).astype("float64")
    planned = progress["stratum"].notna() | progress["took_part"].notna() | handed.notna()
    table = progress.assign(handed=handed, space=progress["space"].where(planned))
    got = table[table["answers"] > 0]
    groups = table.groupby(by, dropna=False)
    out = pd.DataFrame(
        {
            "spaces": groups["space"].nunique(),
            "answering": got.groupby(by, dropna=False)["space"].nunique(),
            "handed": groups["handed"].sum(min_count=1),
            "answers": groups["answers"].sum(),
        }
    )
    out["answering"] = out["answering"].fillna(0).astype("int64")
    return out.assign(response=out["answers"] / out["handed"].where(out["handed"] > 0)).reset_index()


def so_far(progress: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of days that have come: those after the last answer of their wave are still ahead."""
    last = progress[progress["answers"] > 0].groupby(["source", "wave"])["day"].max()
    keys = pd.MultiIndex.from_frame(progress[["source", "wave"]])
    ahead = pd.to_datetime(progress["day"]) > pd.to_datetime(pd.Series(last.reindex(keys).to_numpy(), progress.index))
    return progress[~ahead]


def last_waves(progress: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the last wave of each survey, which is the one in the field."""
    last = progress.groupby("source", sort=False)["wave"].transform("last")
    return progress[progress["wave"] == last]


def lagging(progress: pd.DataFrame) -> dict[tuple[str, str], list[str]]:
    """Return, by survey and wave, the strata whose response so far is less than ``LAGS`` of the wave's, with both."""
    progress = so_far(progress)
    whole = against(progress, ["source", "wave"]).set_index(["source", "wave"])["response"]
    out: dict[tuple[str, str], list[str]] = {}
    for row in against(progress[progress["stratum"].notna()], ["source", "wave", "stratum"]).to_dict("records"):
        wave = (str(row["source"]), str(row["wave"]))
        expected = float(whole[(row["source"], row["wave"])])
        if row["response"] < LAGS * expected:
            out.setdefault(wave, []).append(f"{row['stratum']} ({row['response']:.0%}, all {expected:.0%})")
    return out


def without_answers(progress: pd.DataFrame) -> dict[tuple[str, str], list[str]]:
    """Return, by survey and wave, the planned spaces (and days) that took part and have no answer.

    Where nothing says who took part, every planned one may. Days that are still ahead have none yet.
    """
    progress = so_far(progress)
    took = progress["took_part"].astype("object")
    part = took.isna() if took.isna().all() else took.astype("str").str.lower().isin(YES)
    silent = progress[(progress["answers"] == 0) & progress["stratum"].notna() & part]
    out: dict[tuple[str, str], list[str]] = {}
    for row in silent.to_dict("records"):
        day = "" if pd.isna(row["day"]) else f" {pd.Timestamp(row['day']):%Y-%m-%d}"
        out.setdefault((str(row["source"]), str(row["wave"])), []).append(f"{row['space']}{day}")
    return out
