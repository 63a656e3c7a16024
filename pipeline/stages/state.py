"""The state stage: statements of the planned questions, what is answered and recommended from them, and labels."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import provenance, results
from pipeline.evaluation import Evaluation
from pipeline.evaluation.recommendations import read_recommendations
from pipeline.publish.annex.promises import figures_of_nobody, unknown_indicators
from pipeline.questions import discover
from pipeline.results import statement
from pipeline.results.statement import Statement
from pipeline.stages.draw import labels_of, units_of
from pipeline.stages.options import Options
from pipeline.stages.progress import Progress
from pipeline.state import Asked, answer, state
from pipeline.state.ranking import by_id
from pipeline.state.recommendations import Weighed, weighed
from pipeline.state.settings import fitted, over
from pipeline.state.statements import Declared
from pipeline.state.verdicts import Case
from pipeline.state.warnings import Weakening

STATEMENTS, ANSWERS, LEXICON = "statements.json", "answers.json", "lexicon.json"
RECOMMENDATIONS = "recommendations.json"


def state_folder(evaluation: Evaluation, out: Path) -> str:
    """Write statements.json, answers.json and lexicon.json, and say how much may be said."""
    table = results.read_once(evaluation.stage("protect") / "results.parquet")
    units = units_of(evaluation)
    level = evaluation.settings.territory.level
    places = [f"{level}={code}" for code in units.codes]
    said = with_further(evaluation, asked(evaluation))
    made = state(table, said, declared(evaluation), perimeter(evaluation), places, weakening(evaluation.root))
    statement.write(made, out / STATEMENTS)
    provenance.write_json(out / ANSWERS, answers(evaluation, made))
    provenance.write_json(out / RECOMMENDATIONS, [asdict(each) for each in recommended(evaluation, made)])
    provenance.write_json(out / LEXICON, labels_of(evaluation, units))
    told = sum(s.is_told for s in made)
    return f"{told} statements, {len(made) - told} withheld or without results, for {len(places) + 1} places"


def weakening(root: Path) -> Weakening:
    """Return which warnings weaken which results, as the folders of questions declare it."""
    known = discover(root).values()
    named = {question.name: frozenset(question.weakened_by) for question in known}
    return Weakening(named, frozenset(name for question in known for name in question.weakens_answers))


def perimeter(evaluation: Evaluation) -> str:
    """Return the place of the whole, as results name it."""
    return f"region={evaluation.settings.territory.code}"


def asked(evaluation: Evaluation) -> list[Asked]:
    """Return the entries of the plan whose question has a folder, with what it may state."""
    known = discover(evaluation.root)
    names = [w.name for w in evaluation.settings.waves]
    made: list[Asked] = []
    for entry in evaluation.settings.plan:
        question = known.get(entry.question)
        if question is None:
            continue
        settings = entry.settings
        pair = settings.get("contrast")
        waves = (str(pair[0]), str(pair[1])) if pair else None
        analysis = str(settings.get("of", entry.name))
        again = any(entry.question == before.question for before in made)
        about = {
            "entry": entry.name,
            # the domain of its checks of quality, where an entry before it asks the same question
            "apart": f"entry={entry.name}" if again else "",
            "survey": _survey(evaluation, settings.get("source")),
        }
        own = {**about, **over(question.defaults, settings)}
        specs = [fitted(spec, own) for spec in question.statements]
        made.append(Asked(entry.question, entry.name, analysis, specs, waves, names, own))
    return made


def with_further(evaluation: Evaluation, entries: list[Asked]) -> list[Asked]:
    """Return the entries, each followed by what it may state of the further pairs of waves that it compares."""
    pairs = {entry.name: entry.further for entry in evaluation.settings.plan}
    made: list[Asked] = []
    for each in entries:
        made.append(each)
        for first, last in pairs[each.entry]:
            changes = [spec for spec in each.specs if spec.rows.at == "change"]
            beside = each.contrast or ("", "")
            made.append(replace(each, specs=changes, contrast=(str(first), str(last)), beside=beside))
    return made


def _survey(evaluation: Evaluation, name: Any) -> dict[str, Any]:
    """Return what statements may name of the survey that an entry rests on: the first unless it says which."""
    surveys = evaluation.sources("survey")
    source = next((s for s in surveys if name in (None, s.name)), None)
    if source is None:
        return {}
    visits = None if source.visits is None else source.visits.model_dump()
    return {"name": source.name, "sampled": source.sampled, "units": source.units, "visits": visits}


def declared(evaluation: Evaluation) -> dict[str, Declared]:
    """Return margins, thresholds and what should agree, by the partial result_id that they are declared for."""
    return {
        s.about: Declared(s.margin, s.above, tuple(s.agrees))
        for question in evaluation.settings.questions
        for s in question.statements
    }


def answers(evaluation: Evaluation, made: list[Statement]) -> dict[str, Any]:
    """Return, for each evaluation question that has a table of verdicts, its answer and what that rests on."""
    here = by_id([s for s in made if s.place == perimeter(evaluation)])
    verdicts = {name.partition("@")[0]: each.verdict for name, each in here.items()}
    out = {}
    for question in evaluation.settings.questions:
        cases = [Case(case.key, case.when) for case in question.verdicts]
        found = answer(cases, verdicts)
        if found is not None:
            out[question.id] = {"answer": found.key, "rests_on": list(found.rests_on)}
    return out


def recommended(evaluation: Evaluation, made: list[Statement]) -> list[Weighed]:
    """Return what the statements about the perimeter make of each declared recommendation, in order."""
    whole = perimeter(evaluation)
    here = [s for s in made if s.place == whole]
    level, code = whole.split("=", 1)
    return [
        weighed(r.evidence and results.complete(r.evidence, level, code), r.expects, here)
        for r in read_recommendations(evaluation).recommendations
    ]


def run(evaluation: Evaluation, out: Path, options: Options, progress: Progress) -> str:
    """Do the work of the stage as the command line asked for it, and say what was made.

    Raises
    ------
    PipelineError
        Of the indicators that questions name and nothing computes, and of the figures of a population without results,
        the first; `check` tells all that is promised.
    """
    # statements look at columns of a few texts one by one, which takes twice as long where these are Arrow's
    with pd.option_context("mode.string_storage", "python"):
        table = results.read_once(evaluation.stage("protect") / "results.parquet")
        for fault in (*unknown_indicators(evaluation, table), *figures_of_nobody(evaluation, table)):
            raise fault
        return state_folder(evaluation, out)
