"""Reading an evaluation and its instruments, and refusing what does not fit together."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel

from pipeline.errors import EvaluationError
from pipeline.evaluation.brand import with_brand
from pipeline.evaluation.contrasts import are_named, with_named_waves
from pipeline.evaluation.file_patterns import with_named_files
from pipeline.evaluation.look import logo_file, typeface_files
from pipeline.evaluation.paths import Evaluation
from pipeline.evaluation.printings import Erratum, Previous
from pipeline.evaluation.settings import PlanEntry, Settings
from pipeline.evaluation.sources import OUTSIDE_FILE, Source
from pipeline.instrument import Instrument, Text, load_instrument, read_yaml, validate
from pipeline.instrument.themes import coded_themes


def load(
    name: str,
    root: Path,
    data: Path | None = None,
    *,
    monthly: Callable[[Path], Container[str]] = lambda root: (),
    contrasts: Callable[[Path], Mapping[str, str]] = lambda root: {},
) -> Evaluation:
    """Read an evaluation and its instruments.

    Parameters
    ----------
    name : folder below ``surveys/``.
    root : the project.
    data : folder of the received files; ``data/raw/<name>`` by default.
    monthly : returns the questions of a project that follow visits from month to month; their entries are withheld from
        the plan where counts are of longer periods. Asked for where they are.
    contrasts : returns what the questions of a project compare (:func:`with_named_waves`). Asked for where a contrast
        is said by a word, or where there are several.

    Raises
    ------
    EvaluationError, InstrumentError
        Naming file, line, key, what was found and what is allowed.
    """
    surveys = root / "surveys"
    known = sorted(p.parent.name for p in surveys.glob("*/evaluation.yaml"))
    if name not in known:
        raise EvaluationError(
            "there is no such evaluation",
            where=str(surveys),
            found=name,
            allowed=known or "(no evaluation in this project)",
            action="give one of these names, or run from the project's folder (or with --project)",
        )
    path = surveys / name / "evaluation.yaml"
    content, node = read_yaml(path, EvaluationError)
    settings = validate(Settings, content, node, path, EvaluationError)
    _check_languages(settings, settings.languages, path)
    for key, table in (("units", settings.territory.units), ("population", settings.territory.population)):
        if table is not None:
            _inside(surveys / name, table, path, f"territory.{key}")
    settings = settings.model_copy(update={"look": with_brand(settings.look, surveys / name, settings.languages[0])})
    logo_file(settings.look, surveys / name, f"{path}, key look.logo.file")
    typeface_files(settings.look, surveys / name, f"{path}, key look.typeface")
    folder = data if data is not None else root / "data" / "raw" / name
    for source in settings.sources:
        _inside(surveys / name, source.instrument, path, f"sources.{source.name}.instrument")
        for wave, spec in source.files.items():
            for name_of, each in (("path", spec.path), *(("also", p) for p in spec.also)):
                _inside(folder, each, path, f"sources.{source.name}.files.{wave}.{name_of}")
        if source.comments:
            _inside(folder, source.comments.codes, path, f"sources.{source.name}.comments.codes")
    settings = settings.model_copy(update={"sources": [with_named_files(s, folder) for s in settings.sources]})
    same_as = {w.name: w.same_as for w in settings.waves if w.same_as is not None}
    instruments = {s.name: _instrument(surveys / name, s, path, same_as) for s in settings.sources}
    for source in settings.sources:
        _check_languages(instruments[source.name], settings.languages, surveys / name / source.instrument)
    longer = {i: entry for i, entry in enumerate(settings.plan) if _is_of_longer_periods(settings, entry)}
    needing = monthly(root) if longer else ()
    withheld = {i: entry for i, entry in longer.items() if entry.question in needing}
    plan = [entry for i, entry in enumerate(settings.plan) if i not in withheld]
    evaluation = Evaluation(name, root, folder, settings.model_copy(update={"plan": plan}), instruments, withheld)
    evaluation = evaluation if are_named(evaluation) else with_named_waves(evaluation, contrasts(root))
    _check_columns(evaluation, path)
    _check_printings(evaluation, path)
    return evaluation


def _is_of_longer_periods(settings: Settings, entry: PlanEntry) -> bool:
    """Return whether the counts of visits that an entry of the plan may ask for are of longer periods than months."""
    asked = entry.settings.get("source")
    counts = [
        s for s in settings.sources if s.kind == "attendance" and (s.name == asked or not (asked or s.reconciles))
    ]
    return bool(counts) and counts[0].period != "month"


def _instrument(folder: Path, source: Source, path: Path, same_as: Mapping[str, str]) -> Instrument:
    """Return the instrument of a source, with the themes of its comments as a question where they are coded."""
    instrument = load_instrument(folder / source.instrument, same_as)
    if instrument.composites and source.kind == "attendance":
        raise EvaluationError(
            "visits have no composites: they are counted, and not answers",
            where=f"{folder / source.instrument}, key composites",
            found=[c.name for c in instrument.composites],
            action="declare them in the instrument of a survey or of records",
        )
    if source.comments is None:
        return instrument
    with_themes = [q.name for q in instrument.questions if q.themes]
    chosen = [q for q in with_themes if source.comments.question in (None, q)]
    if len(chosen) != 1:
        raise EvaluationError(
            "the comments to code are not those of one question",
            where=f"{path}, key sources.{source.name}.comments.question",
            found=source.comments.question,
            allowed=with_themes or f"an open question of {source.instrument} with `themes:`",
            action="name one of them, or give the open question its `themes:` in the instrument",
        )
    return coded_themes(instrument, chosen[0])


def _check_languages(declared: BaseModel, languages: Sequence[str], path: Path) -> None:
    """Refuse a text in a language that the evaluation is not published in, which is a slip of the pen."""
    for keys, text in _texts(declared, ()):
        unknown = sorted(set(text.model_extra or ()) - set(languages))
        if unknown:
            raise EvaluationError(
                "a text is in a language in which nothing is published",
                where=f"{path}, key {'.'.join(keys)}",
                found=unknown[0],
                allowed=list(dict.fromkeys([*Text.model_fields, *languages])),
                action="correct the code, or add the language to `languages` in evaluation.yaml",
            )


def _texts(value: object, keys: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Text]]:
    """Yield the texts of declarations, however deep they stand, with the keys that lead to them."""
    if isinstance(value, Text) and value.model_extra:
        yield keys, value
    if isinstance(value, BaseModel):
        value = value.__dict__
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _texts(each, (*keys, str(key)))
    elif isinstance(value, (list, tuple)):
        for i, each in enumerate(value):
            yield from _texts(each, (*keys, str(i)))


def _inside(folder: Path, relative: str, path: Path, key: str) -> None:
    if not relative.isprintable() or not relative.strip():
        raise EvaluationError(
            "this is no name of a file",
            where=f"{path}, key {key}",
            found=repr(relative),
            allowed="printable characters",
        )
    target = (folder / relative).resolve()
    if Path(relative).is_absolute() or not target.is_relative_to(folder.resolve()):
        raise EvaluationError(
            "a path leaves its folder",
            where=f"{path}, key {key}",
            found=relative,
            allowed=f"a file below {folder}",
        )


def _check_printings(evaluation: Evaluation, path: Path) -> None:
    """Refuse files of earlier editions that are not there, leave the project, or that a run would write over."""
    for i, before in enumerate(evaluation.settings.previous):
        if before.recommendations and not (evaluation.folder / before.recommendations).is_file():
            raise EvaluationError(
                "the recommendations of an earlier edition are missing",
                where=f"{path}, key previous.{i}.recommendations",
                found=before.recommendations,
                action=f"copy texts/recommendations.yaml of edition {before.edition} there, or leave the key out",
            )
        _check_copies(evaluation, before, f"edition {before.edition}", f"{path}, key previous.{i}")
    for i, replaced in enumerate(evaluation.settings.errata):
        _check_copies(evaluation, replaced, "the edition that is corrected", f"{path}, key errata.{i}")


def _check_copies(evaluation: Evaluation, printing: Previous | Erratum, name: str, key: str) -> None:
    """Refuse a ledger or a manifest that is no copy that stays."""
    # the project that the declarations stand in: `verify` links to them from a scratch folder
    root = evaluation.folder.resolve().parents[1]
    copies = {"ledger": ("data/ledger.csv", printing.ledger), "manifest": ("manifest.json", printing.manifest)}
    for kind, (original, copy) in copies.items():
        if copy is None:
            continue
        where, _, inner = f"{key}.{kind}".partition(", key ")
        _inside(root, str(evaluation.folder.relative_to(evaluation.root) / copy), Path(where), inner)
        target = (evaluation.folder / copy).resolve()
        made = any(target.is_relative_to(p.resolve()) for p in (evaluation.build, evaluation.site))
        if target.is_file() and not made:
            continue
        raise EvaluationError(
            f"a run writes over this {kind}" if made else f"the {kind} of {name} is missing",
            where=f"{key}.{kind}",
            found=copy,
            allowed=f"a file below {evaluation.folder}",
            action=f"copy {original} of the site of {name} there"
            + (": without it this edition could give back what that one hid" if kind == "ledger" else ""),
        )


def _check_columns(evaluation: Evaluation, path: Path) -> None:
    """Refuse recipes and designs that name columns which no instrument of theirs declares."""
    for source in evaluation.settings.sources:
        names = set(known_columns(evaluation, source))
        asked: list[tuple[str, str]] = []
        if source.design:
            asked += [("design.strata", source.design.strata or "")]
            asked += [("design.weights", source.design.weights or "")]
            asked += [("design.clusters", c) for c in source.design.clusters]
            asked += [("design.population_sizes", c) for c in source.design.population_sizes]
        if source.visits:
            asked += [
                ("visits.question", source.visits.question),
                ("visits.elsewhere", source.visits.elsewhere or ""),
            ]
        asked.append(("site_commune", source.site_commune or ""))
        if source.signins:
            single = ("person", "birth_year", "arrival", "departure", "duration", "place")
            asked += [(f"signins.{k}", getattr(source.signins, k) or "") for k in single]
            asked += [("signins.key", c) for c in source.signins.key]
            asked += [("signins.counts", c) for c in source.signins.counts.values()]
        for i, step in enumerate(source.weighting):
            asked += [(f"weighting.{i}.inclusion", c) for c in step.inclusion]
            asked += [(f"weighting.{i}.cells", c) for c in step.cells]
            asked += [(f"weighting.{i}.links", step.links or "")]
            origins = [m.partition(":")[::2] for m in step.margins]
            asked += [(f"weighting.{i}.margins", variable) for origin, variable in origins if origin != OUTSIDE_FILE]
        for key, column in asked:
            if column and column not in names:
                raise EvaluationError(
                    "the recipe names a column that does not exist",
                    where=f"{path}, key sources.{source.name}.{key}",
                    found=column,
                    allowed=sorted(names),
                    action="name a question of the instrument, or of the fieldwork record",
                )


#: Columns that ingest and the territory add to every clean table about places.
DERIVED_COLUMNS = ("wave", "site_id", "commune", "epci", "pays", "department", "own", "canton", "area", "age_band")


def known_columns(evaluation: Evaluation, source: Source) -> list[str]:
    """Return the columns a recipe may name: instrument, fieldwork record, derived columns."""
    columns = [c for q in evaluation.instruments[source.name].questions for c in q.clean_columns()]
    if source.fieldwork:
        instrument = evaluation.instruments[source.fieldwork]
        columns += [c for q in instrument.questions for c in q.clean_columns()]
    return [*columns, *DERIVED_COLUMNS]
