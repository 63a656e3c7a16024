"""The words of a language for an evaluation, and what its figures take of them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline import provenance
from pipeline.errors import WordsError
from pipeline.evaluation import Evaluation
from pipeline.figures.registry import Entry, Where, settings_of
from pipeline.questions import Question, discover
from pipeline.results.statement import FigureSpec
from pipeline.stages.state import Asked, asked
from pipeline.state.selection import USERS
from pipeline.state.settings import fitted_texts
from pipeline.wording import typography, words
from pipeline.wording.grammar import capitalised, opens_with, partly
from pipeline.wording.lexicon import OWN, SHARED
from pipeline.wording.speaking import Speaker
from pipeline.wording.words import Words

#: Texts of a figure besides its caption, under the figure's key.
TEXTS = ("reading", "axis")
#: Texts of a question that its own labels are made of.
LABELS = "labels"
#: Texts of a question that read a number of a figure: of its ``share``, of one named (``share_of``), of an indicator.
READINGS = "reading"
#: Words of the kinds of figures and tables: ``reports/<lang>/_figures.yaml``.
KINDS = "_figures."
#: Words of labels: ``reports/<lang>/_labels.yaml`` and its like.
_OF_LABELS = ("_labels.", f"{SHARED}.")
#: Why records are set aside: ``reports/<lang>/_validation.yaml``.
REASONS = "_validation.reasons."
#: The language of the program's messages.
MESSAGES = "en"
#: Texts of kinds that go on in the middle of a sentence: a noun that opens them takes no capital.
_WITHIN = ("reading", "people")
#: Settings of a figure that say whom its rows are about.
_PEOPLE = ("population", "populations")
#: Documents that show a figure, as the registry calls them.
_WHERE: Mapping[str, Where] = {"whole": "region", "units": "unit", "all": "all"}


def words_of(evaluation: Evaluation, lang: str) -> Words:
    """Return the words of a language for an evaluation, its own over those of ``reports/<lang>``."""
    settings = evaluation.settings
    nouns = {
        name: forms[lang].model_dump(exclude_none=True) for name, forms in settings.vocabulary.items() if lang in forms
    }
    questions = list(dict.fromkeys(entry.question for entry in settings.plan))
    own, level = evaluation.folder / "words" / lang, settings.territory.level
    return words.load(evaluation.root / "reports" / lang, lang, questions, own, nouns, level)


def figures_of(evaluation: Evaluation, lang: str) -> list[Entry]:
    """Return the figures that the questions of the plan declare, with their texts in a language."""
    known = discover(evaluation.root)
    said = words_of(evaluation, lang)
    return [_entry(each, figure, said) for each in asked(evaluation) for figure in known[each.question].figures]


def kind_labels(evaluation: Evaluation) -> dict[str, dict[str, str]]:
    """Return what kinds of figures and tables say by themselves: ``figures:pays-table.gap`` -> language -> text.

    How a question reads its numbers stands below the name of each of its entries.
    """
    out: dict[str, dict[str, str]] = {}
    entries = {entry.name: entry.question for entry in evaluation.settings.plan}
    for lang in evaluation.settings.languages:
        said = words_of(evaluation, lang)
        for key, text in {**said_by_kinds(said), **said_readings(said, entries)}.items():
            out.setdefault(f"figures:{key}", {})[lang] = text
    return out


def said_readings(said: Words, entries: Mapping[str, str]) -> dict[str, str]:
    """Return how questions read their numbers in a language, below the names of entries (entry -> question)."""
    heads = {name: f"{question}.{READINGS}." for name, question in entries.items()}
    return {
        f"reading.of.{name}.{key.removeprefix(head)}": _of_kind(key, said)
        for name, head in heads.items()
        for key in said.texts
        if key.startswith(head)
    }


def reason_labels(evaluation: Evaluation, *more: str) -> dict[str, dict[str, str]]:
    """Return why a record is set aside, under ``set_aside=<rule>``: the words of the validation page.

    Parameters
    ----------
    more : languages besides those of the evaluation and of the messages.
    """
    out: dict[str, dict[str, str]] = {}
    for lang in dict.fromkeys((*evaluation.settings.languages, *more, MESSAGES)):
        for key, text in said_reasons(words_of(evaluation, lang)).items():
            out.setdefault(key, {})[lang] = text
    return out


def said_reasons(said: Words) -> dict[str, str]:
    """Return the reasons in a language, with their nouns."""
    speaker = speaker_of(said)
    return {f"set_aside={k.removeprefix(REASONS)}": speaker.word(k) for k in said.texts if k.startswith(REASONS)}


def said_by_kinds(said: Words) -> dict[str, str]:
    """Return the texts of kinds in a language with their nouns; what else they name is for the figure to fill."""
    return {key.removeprefix(KINDS): _of_kind(key, said) for key in said.texts if key.startswith(KINDS)}


def unused_of_kinds(evaluation: Evaluation, said: Words) -> Iterator[WordsError]:
    """Yield the texts of an evaluation that take the place of none of ``reports/<lang>/_figures.yaml``."""
    own = [key for key, entry in said.texts.items() if key.startswith(KINDS) and str(evaluation.folder) in entry.where]
    if not own:
        return
    shipped = words.load(evaluation.root / "reports" / said.lang, said.lang, [], None, {}).texts
    for key in own:
        if key not in shipped:
            known = [name.removeprefix(KINDS) for name in shipped if name.startswith(KINDS)]
            name = key.removeprefix(KINDS)
            near = difflib.get_close_matches(name, known, n=5) or f"the keys of reports/{said.lang}/_figures.yaml"
            yield WordsError("nothing uses this text", where=said.texts[key].where, found=name, allowed=near)


def _of_kind(key: str, said: Words) -> str:
    speaker, template = speaker_of(said), said.texts[key].template
    text = partly(template, speaker.noun_text)
    headed = key.rpartition(".")[2] not in _WITHIN
    if headed and opens_with(template, lambda hole: speaker.noun_text(hole) is not None):
        text = capitalised(text)
    return typography.apply(text, said.lang)


def figure_digest(evaluation: Evaluation) -> str:
    """Return one digest of all that labels and figures take of words: no other sentence has them made again."""
    languages = evaluation.settings.languages
    questions = list(dict.fromkeys(entry.question for entry in evaluation.settings.plan))
    said = [words_of(evaluation, lang) for lang in languages]
    # labels are those of all evaluations
    shared = [words.load(evaluation.root / "reports" / lang, lang, questions, None, {}) for lang in languages]
    texts = [
        *(f"{key} {text}" for each in said for key, text in _texts_within(each, (KINDS,), ("figures", READINGS))),
        *(f"{key} {text}" for each in shared for key, text in _texts_within(each, _OF_LABELS, (LABELS, OWN))),
    ]
    return provenance.digest_of([*texts, *(f"{name} {noun}" for w in said for name, noun in w.vocabulary.items())])


def _texts_within(said: Words, files: tuple[str, ...], sections: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield the texts of files, and of sections of questions, with their keys in order."""
    for key, each in sorted(said.texts.items()):
        if key.startswith(files) or any(f".{section}." in key for section in sections):
            yield key, each.text


def figure_texts(questions: Mapping[str, Question], words: Words) -> list[str]:
    """Return the keys of the texts that figures of questions need or may have."""
    heads = tuple(f"{name}.{own}." for name in questions for own in (READINGS, LABELS, OWN))
    read = [key for key in words.texts if key.startswith(heads)]
    return [
        *read,
        *(key for name, q in questions.items() for figure in q.figures for key in _keys(name, figure, words)),
    ]


def _keys(question: str, figure: FigureSpec, words: Words) -> Iterator[str]:
    key = f"{question}.figures.{figure.name}"
    yield key if key in words.texts else f"{key}.caption"
    yield from (f"{key}.{name}" for name in TEXTS if f"{key}.{name}" in words.texts)
    yield from (f"{key}.heads.{column['head']}" for column in figure.settings.get("columns", ()))


def _entry(each: Asked, figure: FigureSpec, said: Words) -> Entry:
    """Return a figure of an entry of the plan; its rows are of the entry's analysis unless it says otherwise."""
    name, key = figure.shown(each.entry), f"{each.question}.figures.{figure.name}"
    people = str(each.settings.get("survey", {}).get("units", USERS))
    said = said.about(people)
    settings = {"analysis": each.analysis, **fitted_texts(figure.settings, each.settings, f"figure {name}")}
    analyses = [settings["analysis"]]
    if "columns" in settings:
        heads = f"{key}.heads"
        columns = [{"analysis": each.analysis, **c} for c in settings["columns"]]
        settings["columns"] = [{**c, "head": _text(said, f"{heads}.{c['head']}")} for c in columns]
        analyses = [c["analysis"] for c in columns]
    texts = {"caption": _text(said, key) or _text(said, f"{key}.caption")}
    texts |= {name: _text(said, f"{key}.{name}", within=name == "reading") for name in TEXTS}
    settings |= {name: text for name, text in texts.items() if text}
    takes = settings_of(figure.kind)
    taken = {k: v for k, v in settings.items() if k != "analysis" or k in takes}
    if people != USERS:
        defaults = {k: takes[k] for k in _PEOPLE if takes.get(k) is not None}
        taken |= _about({**defaults, **taken}, people)
    return Entry(name, figure.kind, taken, tuple(dict.fromkeys(analyses)), _WHERE[figure.of])


def _about(settings: Mapping[str, Any], people: str) -> dict[str, Any]:
    """Return the settings of a figure about the users, of the people that the survey of its entry stands for."""

    def of(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(of(v) for v in value)
        if isinstance(value, list):
            return [_about(v, people) if isinstance(v, Mapping) else of(v) for v in value]
        return people if value == USERS else value

    return {name: of(value) if name in (*_PEOPLE, "columns") else value for name, value in settings.items()}


def _text(said: Words, key: str, within: bool = False) -> dict[str, Any]:
    """Return a text by language, nouns filled; what else it names is for the figure to fill."""
    if key not in said.texts:
        return {}
    return {said.lang: speaker_of(said).pattern(said.texts[key], sentence=not within)}


def speaker_of(said: Words) -> Speaker:
    """Return who says the texts of a language that no result fills."""
    return Speaker(said, {}, {}, lambda text, result_id: text)
