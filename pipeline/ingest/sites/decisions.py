"""What a person decided about doubtful spaces: surveys/<evaluation>/decisions.yaml, and the proposal to edit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, cast

import pandas as pd
import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict

from pipeline.errors import IngestError
from pipeline.evaluation import Evaluation
from pipeline.ingest.faults import Blocked, Fault
from pipeline.ingest.sites.matching import Candidate
from pipeline.ingest.sites.names import normal
from pipeline.instrument import read_yaml, validate

FILE = "decisions.yaml"
#: What the file writes for « this is no space of the register ».
NO_SITE = "none"
COLUMNS = ["source", "received", "commune", "records", "site_id", "name", "site_commune", "score"]


def _text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class SiteDecision(BaseModel):
    """One decision: the space that a received name or key means, or none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    received: Annotated[str, BeforeValidator(_text)]
    commune: Annotated[str | None, BeforeValidator(_text)] = None
    site_id: Annotated[str | None, BeforeValidator(_text)]
    by: str
    date: dt.date
    why: str


class _Decisions(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    sites: list[SiteDecision] = []


@dataclass(frozen=True)
class Undecided:
    """A received name that a person must decide about."""

    source: str
    received: str
    commune: str | None
    records: int
    candidates: list[Candidate]


def load_decisions(evaluation: Evaluation, sites: set[str]) -> list[SiteDecision]:
    """Return the decisions about spaces; none where the file does not exist.

    Parameters
    ----------
    sites : ids of the resolved register.

    Raises
    ------
    Blocked
        The file is malformed, decides about a space that the register does not hold, or decides twice.
    """
    path = evaluation.folder / FILE
    if not path.is_file():
        return []
    try:
        content, node = read_yaml(path, IngestError)
        read = validate(_Decisions, content or {}, node, path, IngestError)
    except IngestError as fault:
        found = None if fault.found is None else str(fault.found)
        allowed = None if fault.allowed is None else str(fault.allowed)
        where = fault.where or str(path)
        raise Blocked(Fault(fault.problem, where, found=found, allowed=allowed, action=fault.action)) from None
    faults: list[Fault] = []
    known: dict[tuple[str, str, str | None], str] = {}
    sources = {s.name for s in evaluation.settings.sources}
    for d in read.sites:
        target = d.site_id or NO_SITE
        if d.source not in sources:
            faults.append(
                Fault("a decision is about an unknown source", str(path), found=d.source, allowed=", ".join(sources))
            )
        if target != NO_SITE and target not in sites:
            faults.append(
                Fault(
                    f"the decision about '{d.received}' leads to a space that the register does not hold",
                    str(path),
                    found=target,
                    allowed=f"the site_id of a space of the register, or {NO_SITE}",
                    action="correct `site_id:`, or add the space to the register",
                )
            )
        before = known.setdefault((d.source, normal(d.received), d.commune), target)
        if before != target:
            faults.append(
                Fault(
                    f"two decisions about '{d.received}' of source '{d.source}' differ",
                    str(path),
                    found=f"{before} and {target}",
                    action="keep one of them",
                )
            )
    if faults:
        raise Blocked(*faults)
    return read.sites


def decided(decisions: Sequence[SiteDecision], source: str, received: str, commune: str | None) -> SiteDecision | None:
    """Return the decision about a received name: the one that names its commune first, then one that names none."""
    mine = [d for d in decisions if d.source == source and normal(d.received) == normal(received)]
    exact = [d for d in mine if d.commune is not None and d.commune == commune]
    return next(iter([*exact, *(d for d in mine if d.commune is None)]), None)


def undecided_table(undecided: Sequence[Undecided]) -> pd.DataFrame:
    """Return one row a candidate of each undecided name."""
    rows = [
        (u.source, u.received, u.commune, u.records, c.site_id, c.name, c.commune, round(c.score, 1))
        for u in undecided
        for c in u.candidates
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def undecided_text(table: pd.DataFrame, proposal: str) -> str:
    """Return the undecided names with their candidates as `check` prints them; empty where there are none."""
    if table.empty:
        return ""
    names = table.drop_duplicates(["source", "received", "commune"])
    lines = [f"{len(names)} names of spaces to decide ({int(names['records'].sum())} records are set aside until then)"]
    for key, rows in table.groupby(["source", "received", "commune"], sort=False, dropna=False):
        source, received, commune = cast(tuple[str, str, str | None], key)
        where = "" if not isinstance(commune, str) else f", commune {commune}"
        lines.append(f"  {source}: '{received}'{where} ({rows['records'].iloc[0]} records)")
        lines += [
            f"    {r['score']:>5.1f}  {r['site_id']}  {r['name']}"
            + ("" if pd.isna(r["site_commune"]) else f" ({r['site_commune']})")
            for r in rows.to_dict("records")
        ]
    return "\n".join([*lines, f"  do: edit {proposal} and put it beside evaluation.yaml as {FILE}"])


def write_proposal(evaluation: Evaluation, undecided: Sequence[Undecided]) -> Path | None:
    """Write build/<evaluation>/to-decide/decisions.yaml: decisions made, and one to complete for each doubtful name.

    Returns None, and removes a proposal of before, where nothing is to be decided.
    """
    path = evaluation.build / "to-decide" / FILE
    if not undecided:
        path.unlink(missing_ok=True)
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    made = evaluation.folder / FILE
    lines = [
        "# Spaces to decide. Choose a site_id of the register (or none), say who decided and why, remove the #,",
        "# and save this file beside evaluation.yaml. Scores go from 0 to 100.",
    ]
    before = (read_yaml(made, IngestError)[0] or {}).get("sites") or [] if made.is_file() else []
    if before:
        lines += yaml.safe_dump({"sites": before}, allow_unicode=True, sort_keys=False).splitlines()
    else:
        lines.append("sites:")
    for u in undecided:
        lines += [f"# {u.records} records; candidates:"]
        lines += [
            f"#   {c.site_id}: {c.name} ({c.commune or 'commune not known'}), score {c.score:.0f}" for c in u.candidates
        ]
        entry = {"source": u.source, "received": u.received, "commune": u.commune, "site_id": u.candidates[0].site_id}
        shown = yaml.safe_dump(entry, allow_unicode=True, sort_keys=False, default_flow_style=True, width=10_000)
        lines.append(f"#- {shown.strip().removesuffix('}')}, by: '', date: , why: ''}}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
