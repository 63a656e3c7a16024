"""Received files tried as a user tries them: `new`, `check`, `report`, and what one may expect of how it ended."""

from __future__ import annotations

import csv
import os
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from tests.acceptance.conftest import ROOT
from tests.acceptance.in_process import run_here

#: Where the shared files are: beside the project, or where the environment says.
FOLDER = Path(os.environ.get("PIPELINE_CASES", ROOT.parent / "shared" / "cases"))
COMMANDS = ("new", "check", "report")


@dataclass(frozen=True)
class Ended:
    """How a case ended.

    Attributes
    ----------
    stage : the last command that ran.
    code : its exit code.
    said : what each command printed.
    project, name : where its files are.
    """

    stage: str
    code: int
    said: dict[str, str]
    project: Path
    name: str

    @property
    def site(self) -> Path:
        """Return the folder of the published pages."""
        return self.project / "reports" / "_site" / self.name

    @property
    def everything(self) -> str:
        """Return what the commands printed, one after the other, on one line."""
        return " ".join(" ".join(self.said.values()).split())

    @cached_property
    def rows(self) -> list[dict[str, str]]:
        """Return the published results."""
        with (self.site / "data" / "results.csv").open(encoding="utf-8-sig") as handle:
            return list(csv.DictReader(handle, delimiter=";"))

    @cached_property
    def exact(self) -> dict[str, float]:
        """Return the results with all their digits by identifier: published ones stand on a step."""
        table = pd.read_parquet(self.project / "build" / self.name / "analyse" / "results.parquet")
        return dict(zip(table["result_id"], table["estimate"], strict=True))

    @cached_property
    def pages(self) -> dict[str, str]:
        """Return the published pages and tables as text, by name."""
        kinds = (".html", ".csv", ".xml", ".json", ".svg")
        found = [p for p in self.site.rglob("*") if p.suffix in kinds]
        return {p.name: p.read_text(encoding="utf-8", errors="replace") for p in found}

    def declared(self) -> str:
        """Return the drafted declarations as text."""
        folder = self.project / "surveys" / self.name
        return "\n".join(p.read_text(encoding="utf-8") for p in sorted(folder.rglob("*.yaml")))


#: Returns what is wrong with how a case ended, None where nothing is.
Expect = Callable[[Ended], str | None]


def try_files(project: Path, name: str, files: list[Path]) -> Ended:
    """Run `new`, `check` and `report` on received files, up to the first that refuses them."""
    said: dict[str, str] = {}
    more = {"new": ["--yes", *map(str, files)], "report": ["--renderer", "embedded"]}
    for command in COMMANDS:
        run = run_here(project, command, name, *more.get(command, []))
        said[command] = run.out + run.err
        if run.code:
            break
    return Ended(command, run.code, said, project, name)


def orderly(ended: Ended) -> str | None:
    """Say what no case may do: crash, or pass `check` and fail in `report`."""
    last = ended.said[ended.stage]
    if "Traceback" in last or ended.code not in (0, 1):
        return f"{ended.stage} crashed (exit code {ended.code}): {last[-600:]}"
    if ended.stage == "report" and ended.code:
        return f"check passed and report failed: {last[-600:]}"
    return None


def _missed(ended: Ended) -> str | None:
    return None if ended.code == 0 else f"{ended.stage} refused it: {ended.said[ended.stage][-600:]}"


def number(text: str) -> float | None:
    """Return a published number, None where the cell is blank."""
    try:
        return float(text.replace("\u202f", "").replace(" ", "").replace(",", "."))
    except ValueError:
        return None


def _of(name: str, got: list[float | None], want: float, tolerance: float) -> str | None:
    found = [g for g in got if g is not None]
    return None if len(found) == 1 and abs(found[0] - want) <= tolerance else f"{name}: {found}, wanted {want}"


def counted(result: str, want: float) -> Expect:
    """Expect the one published number whose identifier is, or begins with, this."""

    def expect(ended: Ended) -> str | None:
        if wrong := _missed(ended):
            return wrong
        rows = [r for r in ended.rows if r["result_id"].startswith(result)]
        return _of(result, [number(r["estimate"]) for r in rows], want, 0)

    return expect


def closed(words: str, *answers: str) -> Expect:
    """Expect shares of these answers, and of no others, to the question whose label begins with these words."""

    def expect(ended: Ended) -> str | None:
        if wrong := _missed(ended):
            return wrong
        rows = [r for r in ended.rows if r["measure"] == "share" and r["label"].startswith(words) and r["domain"]]
        got = sorted({r["domain"].partition("=")[2] for r in rows})
        return None if got == sorted(answers) else f"answers to « {words} »: {got}, wanted {sorted(answers)}"

    return expect


def never_zero(wave: str) -> Expect:
    """Expect no share of 0 in a wave."""

    def expect(ended: Ended) -> str | None:
        rows = [] if ended.code else [r for r in ended.rows if r["wave"] == wave and r["unit"] == "share"]
        zeros = [r["result_id"] for r in rows if number(r["estimate"]) == 0]
        return f"{len(zeros)} shares of 0, {zeros[0]}" if zeros else None

    return expect


def accepted(want: int, wave: str | None = None) -> Expect:
    """Expect so many accepted records over all waves of the survey, or in one wave."""

    def expect(ended: Ended) -> str | None:
        if wrong := _missed(ended):
            return wrong
        rows = [r for r in ended.rows if r["result_id"].startswith("account.accepted.count")]
        return _of("accepted", [number(r["estimate"]) for r in rows if r["wave"] == (wave or "")], want, 0)

    return expect


def visits(want: float) -> Expect:
    """Expect so many visits over the perimeter and all months."""

    def expect(ended: Ended) -> str | None:
        if wrong := _missed(ended):
            return wrong
        rows = [r for r in ended.rows if r["indicator"] == "visits" and r["measure"] == "count"]
        rows = [r for r in rows if not r["domain"] and not r["method"]]
        whole = [number(r["estimate"]) for r in rows if r["territory_level"] in ("region", "perimeter", "")]
        return _of("visits", [sum(w for w in whole if w is not None)], want, 0.5)

    return expect


def mean(words: str, want: float, tolerance: float = 0.01, wave: str | None = None) -> Expect:
    """Expect the mean of the question whose label holds these words, published on its step and exact before it."""

    def expect(ended: Ended) -> str | None:
        if wrong := _missed(ended):
            return wrong
        rows = [r for r in ended.rows if r["measure"] == "mean" and not r["domain"] and words in r["label"].casefold()]
        rows = [r for r in rows if wave is None or r["wave"] == wave]
        shown = [r for r in rows if number(r["estimate"]) is not None]
        for r in shown:
            printed, step = number(r["estimate"]), number(r["step"])
            if printed is None or step is None or abs(printed - want) > step / 2 + tolerance:
                return f"mean of « {words} » published as {printed} on a step of {step}, wanted {want}"
        return _of(f"mean of « {words} »", [ended.exact[r["result_id"]] for r in shown], want, tolerance)

    return expect


def share(indicator: str, answer: str, want: float, tolerance: float = 0.0005) -> Expect:
    """Expect the share of an answer (`answer=` of the domain, or the item that the indicator's name ends with)."""

    def expect(ended: Ended) -> str | None:
        if wrong := _missed(ended):
            return wrong
        rows = [r for r in ended.rows if r["unit"] == "share" and r["measure"] == "share"]
        rows = [
            r
            for r in rows
            if (r["indicator"] == indicator and r["domain"] == f"answer={answer}")
            or (r["indicator"] == f"{indicator}_{answer}" and not r["domain"])
        ]
        return _of(f"{indicator}, {answer}", [number(r["estimate"]) for r in rows], want, tolerance)

    return expect


def said(*words: str) -> Expect:
    """Expect that a command, or the page on validation, says these words (whatever their case)."""

    def expect(ended: Ended) -> str | None:
        page = "" if ended.code else re.sub(r"<[^>]+>|\s+", " ", ended.pages.get("validation.html", ""))
        told = f"{ended.everything} {' '.join(page.split())}".casefold()
        absent = [w for w in words if w.casefold() not in told]
        return f"not said: {absent}; said: {ended.everything[-900:]}" if absent else None

    return expect


def refused(*words: str) -> Expect:
    """Expect one clear stop of `new` or `check` that says these words."""

    def expect(ended: Ended) -> str | None:
        return said(*words)(ended) if ended.code == 1 and ended.stage != "report" else "it was not refused"

    return expect


def drafted(*texts: str) -> Expect:
    """Expect these texts in the drafted declarations."""

    def expect(ended: Ended) -> str | None:
        absent = [t for t in texts if t not in ended.declared()]
        return f"not drafted: {absent}" if absent else None

    return expect


def published(*texts: str) -> Expect:
    """Expect these texts in the report, or in its tables, as a reader sees them."""

    def expect(ended: Ended) -> str | None:
        if wrong := _missed(ended):
            return wrong
        read = " ".join(" ".join(ended.pages.get(page, "") for page in ("report.html", "tables.html")).split())
        absent = [t for t in texts if t not in read]
        return f"not in the report: {absent}" if absent else None

    return expect


def unpublished(*texts: str) -> Expect:
    """Expect that no page or table of the site holds these texts; a refusal publishes nothing."""

    def expect(ended: Ended) -> str | None:
        if ended.code:
            return None
        held = [(t, name) for name, page in ended.pages.items() for t in texts if t in page]
        return f"published: {held[:5]}" if held else None

    return expect


def only_as_text(*marks: str) -> Expect:
    """Expect that pages and drawings hold none of these marks as they are, and the codebook no element of HTML.

    Tables of data hold texts as they were written: there, nothing is markup.
    """

    def expect(ended: Ended) -> str | None:
        if ended.code:
            return None
        drawn = {n: page for n, page in ended.pages.items() if n.endswith((".html", ".svg"))}
        held = [(mark, name) for name, page in drawn.items() for mark in marks if mark in page]
        for name, page in ended.pages.items():
            if name.endswith(".xml"):
                tags = {e.tag.rpartition("}")[2] for e in ElementTree.fromstring(page).iter()}
                held += [(tag, name) for tag in tags & {"script", "img"}]
        return f"held as markup: {held[:5]}" if held else None

    return expect


def reaches_a_report(ended: Ended) -> str | None:
    """Expect a report, whatever it holds."""
    return _missed(ended)


def every(*expected: Expect) -> Expect:
    """Expect all of these."""

    def expect(ended: Ended) -> str | None:
        return next((wrong for e in expected if (wrong := e(ended)) is not None), None)

    return expect


def either(*expected: Expect) -> Expect:
    """Expect one of these outcomes."""

    def expect(ended: Ended) -> str | None:
        wrongs = [e(ended) for e in expected]
        return None if None in wrongs else " / ".join(str(w) for w in wrongs)

    return expect
