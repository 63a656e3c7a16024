"""How each survey came by its answers and its weights: population, unit, selection, design, steps of the weighting."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.evaluation import OUTSIDE_FILE, Source, WeightingStep, read_margin
from pipeline.publish.annex.blocks import Ground
from pipeline.publish.annex.fieldwork import titles
from pipeline.wording.blocks import Block
from pipeline.wording.language import of
from pipeline.wording.markdown import literal
from pipeline.wording.numbers import decimal, listing
from pipeline.wording.phrases import uncapital

_WORDS = "_methods.sampling"
#: What a margin's `where` leaves out (pipeline.weighting.margins), by the name of its words.
_WHERE = {"individual visits": "individual", "individual visits 15+": "adult"}


def sampling(ground: Ground) -> Block:
    """Return a paragraph a survey, with the steps of its weighting below."""
    return Block("\n\n".join(_survey(ground, source) for source in ground.evaluation.sources("survey")))


def selection(source: Source) -> str:
    """Return how a survey was drawn: quota, volunteer, unstated, drawn, or of known probabilities in stages or not."""
    if source.by != "probability":
        return source.by
    if source.design is None or source.design.weights:
        return "drawn"
    return "stages" if len(source.design.clusters) > 1 else "known"


def weights(source: Source) -> str:
    """Return where the weights of a survey come from: none, supplied, computed, or calibrated from those or from 1."""
    calibrated = any(step.step == "calibrate" for step in source.weighting)
    if source.design is None:
        return "equal" if calibrated else "none"
    if source.design.weights:
        return "supplied_then" if calibrated else "supplied"
    return "computed"


def carried_out(source: Source) -> list[WeightingStep]:
    """Return the steps that made the weights of a survey, in order; none where they came as they are."""
    return [s for s in source.weighting if s.step != "supplied" and weights(source) not in ("none", "supplied")]


def _survey(ground: Ground, source: Source) -> str:
    design, origin = source.design, weights(source)
    said = {
        "title": titles(ground, [source])[0],
        "population": literal(source.population.in_language(ground.lang)) if source.population else "",
        "interviewed": ground.word(f"{_WORDS}.interviewed.{source.sampled}"),
        "selection": ground.word(f"{_WORDS}.selection.{selection(source)}"),
        "weights": ground.word(f"{_WORDS}.weights.{origin}"),
    }
    if design is not None:
        said |= _parts(ground, source, "strata", [design.strata] if design.strata else [])
        said |= _parts(ground, source, "clusters", design.clusters)
        said["across"] = _across_waves(ground, source)
        said |= _parts(ground, source, "rates", design.population_sizes)
        known = design.strata or design.clusters
        said["blind"] = "" if known else ground.word(f"{_WORDS}.blind")
    steps = [_step(ground, source, step) for step in carried_out(source)]
    numbered = [f"{n}. {text}" for n, text in enumerate(steps, 1)]
    return "\n".join([ground.fill(f"{_WORDS}.survey", **said), *(["", *numbered] if numbered else [])])


def _across_waves(ground: Ground, source: Source) -> str:
    """Return whether waves share the units that were drawn; empty where there is one wave, or no units."""
    waves = {wave for name, file in source.files.items() for wave in (file.waves or (name,))}
    if source.design is None or not source.design.clusters or len(waves) < 2:
        return ""
    return ground.word(f"{_WORDS}.across.{source.design.clusters_across_waves}")


def _parts(ground: Ground, source: Source, name: str, columns: Iterable[str]) -> dict[str, str]:
    """Return a sentence about columns of the design; empty where there is none."""
    named = _columns(ground, source, columns)
    return {name: ground.fill(f"{_WORDS}.{name}", columns=named) if named else ""}


def _columns(ground: Ground, source: Source, columns: Iterable[str]) -> str:
    return of(ground.lang).joined([_column(ground, source, column) for column in columns], ";")


def _column(ground: Ground, source: Source, column: str) -> str:
    """Return what a column is called where it was asked or recorded, as it stands within a sentence."""
    if column == ground.evaluation.settings.territory.level:
        return ground.word(f"{_WORDS}.territory")
    own = ground.word(f"{_WORDS}.columns.{column}")
    if own:
        return own
    for instrument in filter(None, map(ground.evaluation.instruments.get, (source.name, source.fieldwork or ""))):
        question = instrument.question(column)
        if question is not None:
            role = ground.word(f"{_WORDS}.roles.{question.role}")
            title = literal(uncapital(question.title(ground.lang).partition(" (")[0]))
            asked = question.label is None and instrument.name == source.name
            return role or (title if not asked else ground.fill(f"{_WORDS}.asked", wording=title))
    return f"`{literal(column)}`"


def _step(ground: Ground, source: Source, step: WeightingStep) -> str:
    key = f"{_WORDS}.steps.{step.step}"
    if step.step == "rake":
        columns = _columns(ground, source, [margin.rpartition(":")[2] for margin in step.margins])
        left_out = _WHERE.get((step.where or "").strip().lower(), "")
        return ground.fill(key, columns=columns, where=ground.word(f"{_WORDS}.rake_where.{left_out}"))
    if step.step == "calibrate":
        return ground.fill(key, **_calibrated(ground, source, step))
    if step.step == "nonresponse":
        return ground.fill(key, among=_among(ground, source, step), columns=_columns(ground, source, step.cells))
    return ground.fill(key, columns=_columns(ground, source, step.inclusion))


def _calibrated(ground: Ground, source: Source, step: WeightingStep) -> dict[str, str]:
    """Return what a calibration meets, how, and within which bounds."""
    said = []
    for margin in step.margins:
        origin, _, name = margin.partition(":")
        if origin == OUTSIDE_FILE:
            outside = read_margin(ground.evaluation.folder / name)
            columns = _listed(ground, source, outside.variables)
            said.append(ground.fill(f"{_WORDS}.margins.file", columns=columns, source=literal(outside.source)))
        else:
            said.append(ground.fill(f"{_WORDS}.margins.attendance", columns=_listed(ground, source, [name])))
    low, high = (decimal(b, ground.lang, 0 if b == round(b) else 2) for b in step.bounds) if step.bounds else ("", "")
    method = ground.word(f"{_WORDS}.methods.{step.method}")
    return {"method": method, "margins": of(ground.lang).joined(said, ";"), "low": low, "high": high}


def _listed(ground: Ground, source: Source, columns: Iterable[str]) -> str:
    return listing((_column(ground, source, column) for column in columns), ground.lang)


def _among(ground: Ground, source: Source, step: WeightingStep) -> str:
    """Return of whom a step makes up for the silence: of persons, or of the places drawn first."""
    if step.unit is None:
        return ""
    drawn = source.design.clusters[0] if source.design and source.design.clusters else ""
    return ground.word(f"{_WORDS}.{'places' if step.unit == drawn else 'persons'}")


BLOCKS = {"sampling": sampling}
