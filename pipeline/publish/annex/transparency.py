"""The eleven points of the transparency initiative of the American Association for Public Opinion Research (AAPOR)."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.evaluation import Source
from pipeline.publish.annex.blocks import Ground
from pipeline.publish.annex.fieldwork import asked_in, days, joined, mode
from pipeline.publish.annex.sampling import carried_out, selection, weights
from pipeline.wording.blocks import Block, table
from pipeline.wording.grammar import capitalised
from pipeline.wording.markdown import literal

_WORDS = "_methods.aapor"
#: Kinds of source that a strategy of collection is told by, besides surveys.
_KINDS = ("attendance", "sites", "costs", "network", "workshops", "enrolments", "records")

#: So many waves are told one by one.
_FEW = 4


def aapor(ground: Ground) -> Block:
    """Return the table of the eleven points; nothing where there is no survey."""
    surveys = ground.evaluation.sources("survey")
    if not surveys:
        return Block()
    rows = [
        [ground.word(f"{_WORDS}.{name}.point"), capitalised(answer) or ground.word(f"{_WORDS}.unknown"), where]
        for name, answer, where in _points(ground, surveys)
    ]
    columns = [ground.word(f"{_WORDS}.heads.{head}") for head in ("point", "answer", "where")]
    return Block(table(columns, rows, ground.word(f"{_WORDS}.caption"), "aapor", [26, 50, 20]))


def _points(ground: Ground, surveys: list[Source]) -> Iterator[tuple[str, str, str]]:
    """Yield the name of each point, its answer and where it is told in full."""
    recruited = [ground.word(f"{_WORDS}.recruitment.{selection(s)}") for s in surveys]
    yield "strategy", _strategy(ground, surveys), "@sec-design"
    yield "sponsor", _sponsor(ground), ground.word(f"{_WORDS}.sponsor.where")
    yield "instruments", ground.word(f"{_WORDS}.instruments.answer"), "@sec-questionnaire"
    yield "population", _populations(ground, surveys), "@sec-relevance"
    yield "recruitment", joined(recruited, ground.lang), "@sec-design"
    yield "modes", _modes(ground, surveys), "@sec-waves"
    yield "dates", _dates(ground), "@sec-waves"
    yield "precision", ground.word(f"{_WORDS}.precision.answer"), "@sec-variance"
    yield "weighting", _weighting(ground, surveys), "@sec-design"
    yield "processing", ground.word(f"{_WORDS}.processing.answer"), ground.word(f"{_WORDS}.processing.where")
    yield "limits", ground.word(f"{_WORDS}.limits.answer"), "@sec-measurement"


def _strategy(ground: Ground, surveys: list[Source]) -> str:
    kinds = {source.kind for source in ground.evaluation.settings.sources}
    names = [*map(selection, surveys), *(kind for kind in _KINDS if kind in kinds)]
    return joined((ground.word(f"{_WORDS}.strategy.{name}") for name in names), ground.lang)


def _sponsor(ground: Ground) -> str:
    settings = ground.evaluation.settings
    if settings.commissioned_by:
        return literal(settings.commissioned_by.in_language(ground.lang))
    # each a sentence of its own
    return " ".join(map(literal, settings.credits_in(ground.lang)))


def _populations(ground: Ground, surveys: list[Source]) -> str:
    return joined((literal(s.population.in_language(ground.lang)) for s in surveys if s.population), ground.lang)


def _modes(ground: Ground, surveys: list[Source]) -> str:
    waves = [w for w in ground.evaluation.settings.waves if asked_in(ground.evaluation, w.name)]
    questions = [q for s in surveys for q in ground.evaluation.instruments[s.name].questions]
    english = ground.word(f"{_WORDS}.modes.english") if any(q.wording.en for q in questions) else ""
    modes = joined((mode(ground, wave) for wave in waves), ground.lang)
    return ground.fill(f"{_WORDS}.modes.answer", modes=modes, english=english)


def _dates(ground: Ground) -> str:
    waves = [w for w in ground.evaluation.settings.waves if asked_in(ground.evaluation, w.name)]
    shown = waves if len(waves) <= 2 else [waves[0], waves[-1]]
    told = [days(wave, ground.lang) for wave in shown]
    return (
        joined(told, ground.lang)
        if shown == waves
        else ground.fill(f"{_WORDS}.dates.answer", first=told[0], last=told[-1])
    )


def _weighting(ground: Ground, surveys: list[Source]) -> str:
    steps = [name for source in surveys for name in _steps(source)]
    return joined((ground.word(f"{_WORDS}.weighting.{name}") for name in steps), ground.lang)


def _steps(source: Source) -> list[str]:
    """Return the names of what made the weights of a survey, in order."""
    origin = weights(source)
    return [*([] if origin == "computed" else [origin]), *(step.step for step in carried_out(source))]


BLOCKS = {"aapor": aapor}
