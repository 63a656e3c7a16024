"""The labels mapping of an evaluation: what its codes, indicators, territories and sources are called."""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from pipeline.export.bases import base_labels
from pipeline.export.label_texts import LANGUAGES, LabelTexts, label_texts
from pipeline.export.question_labels import QuestionLabels, period_of_days
from pipeline.instrument import Instrument, Question, Text
from pipeline.results import part
from pipeline.wording import labels as shared
from pipeline.wording.labels import Labels
from pipeline.wording.markdown import visible
from pipeline.wording.numbers import listing
from pipeline.wording.phrases import capital, uncapital
from pipeline.wording.returns import words_of
from pipeline.wording.territories import labels_of

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.evaluation import Evaluation, PlanEntry, Source


class Labelling(Protocol):
    """How the folder of a question makes labels; ``last``: once those of all other entries are known."""

    @property
    def last(self) -> bool:
        """Return whether they look at those of other entries."""

    @property
    def labels(self) -> Callable[[Evaluation, PlanEntry, QuestionLabels], Iterable[tuple[str, dict[str, str]]]]:
        """Return the function that makes them."""


#: Populations of results by what a survey samples; a survey of visits is about users once weights are shared.
_SURVEYED = {"visit": "users", "person": "inhabitants", "household": "inhabitants", "space": "spaces"}
#: Words of an answer about the sex of a person, and the shared label that it takes.
_SEXES = {"femme": "sex=female", "homme": "sex=male"}
_BARE = {"oui", "non"}
_OR = {"fr": "ou", "en": "or"}
#: What the analysis of satisfaction takes off the names of its items, unless its settings say otherwise.
_PREFIX = "sat_"
#: Questions that no result is about.
_NEVER = ("identifier", "open_text", "respondent")
#: An evaluation of areas needs no reference tables; these regions are named here.
_COUNTRIES = {
    "FR": {
        "name": "France",
        "label": "France",
        "name_de": "de France",
        "name_a": "à la France",
        "name_dans": "en France",
    }
}
#: Years that end the mention of a vintage of boundaries.
_YEARS = re.compile(r"\d{4}(?:-\d{4})?$")
#: Ends the name of a column of the register that is known by year.
_A_YEAR = re.compile(r"_\d{4}$")
#: What codes of received answers leave out of them, what ends those that were cut, and from where they are cut.
_SIGNS = re.compile(r"[^A-Za-z0-9]+")
_TOLD_APART = re.compile(r"_\d{5}$")
_MANY = 25


def evaluation_labels(
    evaluation: Evaluation,
    units: pd.DataFrame | None = None,
    region: Mapping[str, Any] | None = None,
    boundaries: str = "",
    *,
    labellings: Mapping[str, Labelling],
) -> dict[str, dict[str, str]]:
    """Return the labels mapping of an evaluation, key -> language -> text.

    Parameters
    ----------
    evaluation : settings and instruments.
    units : one row a territorial unit: ``code``, ``label``, ``name``, ``name_de``, ``name_a``, ``name_dans``.
    region : the same fields of the region; without it, a country known by its code.
    boundaries : the mention of the boundaries' vintage, « contours des pays 2023 ».
    labellings : question -> how it makes the labels of its settings and sources.

    Raises
    ------
    ResultsError
        When a unit or the region lacks its French forms.
    """
    texts = label_texts(evaluation.root, questions=sorted({entry.question for entry in evaluation.settings.plan}))
    out: dict[str, dict[str, str]] = {}
    settings = evaluation.settings
    code = settings.territory.code
    out.update(labels_of("region", code, region if region is not None else _COUNTRIES.get(code, {"name": code})))
    if units is not None:
        for record in units.to_dict("records"):
            out.update(labels_of(settings.territory.level, str(record["code"]), {str(k): v for k, v in record.items()}))
    if boundaries:
        of = _YEARS.search(boundaries)
        out["boundaries"] = {"fr": boundaries, "en": f"boundaries of {of.group()}" if of else boundaries}
    if settings.synthetic:
        out["synthetic"] = texts.say("synthetic")
    for source in settings.sources:
        out.update(_of_source(evaluation.instruments[source.name], source, texts))
    for entry in settings.plan:
        out.update(_of_entry(evaluation, entry))
    _add_own(out, evaluation, texts, labellings)
    out.update(base_labels(evaluation, texts))
    for asked in settings.questions:
        out[f"question={asked.id}"] = {"fr": asked.fr, "en": asked.en or asked.fr}
    for fact in settings.facts:
        if fact.label:
            out[f"fact={fact.id}"] = _both(fact.label)
    return {_key(key): {lang: visible(text) for lang, text in texts.items()} for key, texts in out.items()}


def _add_own(
    out: dict[str, dict[str, str]], evaluation: Evaluation, texts: LabelTexts, labellings: Mapping[str, Labelling]
) -> None:
    """Add the labels that questions make, those that look at other entries last, to those that there are."""
    plan = evaluation.settings.plan
    own = [(entry, labellings[entry.question]) for entry in plan if entry.question in labellings]
    for entry, labelling in own:
        if not labelling.last:
            out.update(labelling.labels(evaluation, entry, QuestionLabels(texts, entry.question, out)))
    for entry in plan:
        for key, text in _renamed(entry, out):
            # what the evaluation says itself comes first, in its order
            out.setdefault(key, text)
    for entry, labelling in own:
        if labelling.last:
            out.update(labelling.labels(evaluation, entry, QuestionLabels(texts, entry.question, out)))


def _of_source(instrument: Instrument, source: Source, texts: LabelTexts) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the labels that a source makes, by its kind."""
    yield from _source(source, texts)
    if source.kind == "survey":
        for question in instrument.questions:
            yield from _question(question)
    if source.kind == "sites":
        yield from _register(instrument)
    if source.kind == "attendance":
        yield from ((key, {"fr": fr, "en": en}) for key, (fr, en) in words_of(source.period).items())
        yield from _attendance(instrument)
        yield from _places(source, instrument)


def _of_entry(evaluation: Evaluation, entry: PlanEntry) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the labels that an entry of the plan makes; later ones win."""
    yield from _indicators(evaluation, entry)
    yield f"entry={entry.name}", _title(evaluation, entry)


def _renamed(entry: PlanEntry, known: Labels) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the shared labels of a question's indicators under the name of its entry, where it has one of its own."""
    head = f"{entry.question}."
    for key, texts in shared.SHARED.items() if entry.name != entry.question else ():
        if key.startswith(head):
            own = {lang: shared.filled(text, known, lang) for lang, text in texts.items()}
            yield f"{entry.name}.{key.removeprefix(head)}", own


def _title(evaluation: Evaluation, entry: PlanEntry) -> dict[str, str]:
    """Return the heading of an entry: its own, else the title of the survey that it rests on."""
    titles = [s.title for s in evaluation.sources("survey") if entry.settings.get("source") in (None, s.name)]
    title = entry.title or next((t for t in titles if t), None)
    return {k: capital(v) for k, v in _both(title).items()} if title else dict.fromkeys(LANGUAGES, entry.name)


def _key(key: str) -> str:
    """Return the key of a label with its code as results write it; bases are no codes."""
    name, sign, code = key.partition("=")
    return key if name == "base" else f"{name}{sign}{part(code)}"


def _source(source: Source, texts: LabelTexts) -> Iterator[tuple[str, dict[str, str]]]:
    if source.title:
        yield f"source={source.name}", {k: uncapital(v) for k, v in _both(source.title).items()}
    if source.visits:
        yield f"days={source.visits.period_days}", period_of_days(source.visits.period_days, texts)
    if source.population and source.kind == "survey" and not source.unweighted:
        whom = _SURVEYED[source.sampled or "person"]
        yield f"population={source.persons if whom == 'inhabitants' else whom}", _both(source.population)


def _attendance(instrument: Instrument) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield labels of the categories that visits are counted by, under the names that results give them."""
    for question in instrument.all_by_role("age_band", "activity"):
        for code, text in question.codes.items():
            if shared.find(f"{question.role}={code}", {}, "fr") is None:
                yield f"{question.role}={code}", {k: capital(v) for k, v in _both(text).items()}


def _register(instrument: Instrument) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield labels of what the register says of a space, of a column a year under the name that its years share."""
    for question in instrument.questions:
        name = question.role if question.role == "site_type" else _A_YEAR.sub("", question.name)
        for code, text in question.codes.items():
            key = f"{name}={code}"
            if shared.find(key, {}, "fr") is None:
                yield key, {k: capital(v) for k, v in _both(text).items()}
                yield f"{key}:said", _both(text)


def _places(source: Source, instrument: Instrument) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield labels of the places outside the spaces where visits are counted apart."""
    question = instrument.question(source.signins.place) if source.signins and source.signins.place else None
    for code, text in question.codes.items() if question else ():
        yield f"place={code}", {k: capital(v) for k, v in _both(text).items()}


def _question(question: Question) -> Iterator[tuple[str, dict[str, str]]]:
    title = {k: capital(v) for k, v in _both(question.label or question.wording).items()}
    if (question.label or question.codes or question.items) and f"by={question.name}" not in shared.SHARED:
        yield f"by={question.name}", title
    received = all(_received(code, text) for code, text in question.codes.items())
    for code, text in question.codes.items():
        key = f"{question.name}={code}"
        if key not in shared.SHARED:
            shown, written = _code(question, text, title, received), _both(text)
            yield key, shown
            if shown != written and shown == {k: capital(v) for k, v in written.items()}:
                yield f"{key}:quoted", written
    for item in question.items:
        yield f"{question.name}={item.name}", {k: capital(v) for k, v in _both(item.label).items()}


def _code(question: Question, text: Text, title: dict[str, str], received: bool) -> dict[str, str]:
    if question.role == "sex":
        for word, code in _SEXES.items():
            if word in text.fr:
                return dict(shared.SHARED[code])
    said = _both(text)
    if text.fr.lower() in _BARE:
        return {"fr": f"{title['fr']}\u00a0: {said['fr']}", "en": f"{title['en']}: {said['en']}"}
    return said if received else {k: capital(v) for k, v in said.items()}


def _received(code: object, text: Text) -> bool:
    """Return whether a text is an answer as it was received, its code being its letters (all, or the first of many).

    Such texts are shown as they were written; the labels of a questionnaire take the capital of a head.
    """
    plain = unicodedata.normalize("NFKD", text.fr).encode("ascii", "ignore").decode()
    named, letters = _SIGNS.sub("", _TOLD_APART.sub("", str(code))).lower(), _SIGNS.sub("", plain).lower()
    return named == letters or (len(named) >= _MANY and letters.startswith(named))


def _indicators(evaluation: Evaluation, entry: PlanEntry) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield labels of the indicators that a plan entry names: variables, questions, items of multiple questions."""
    said: set[str] = set()
    prefix = str(entry.settings.get("prefix", _PREFIX))
    for value in entry.settings.values():
        questions = [q for q in _named(evaluation, value) if q.role not in _NEVER]
        pairs = [(i.name, i.label) for q in questions for i in q.items]
        said |= {name for name, _ in pairs}
        pairs += [(q.name, q.label or q.wording) for q in questions if q.name not in said]
        pairs += [(q.name.removeprefix(prefix), q.label or q.wording) for q in questions if q.name.startswith(prefix)]
        yield from (_indicator(entry, name, text) for name, text in pairs)
        yield from _derived(entry, value)
        if scale := next((q for q in questions if q.type == "likert"), None):
            for code, text in scale.codes.items():
                yield f"answer={code}", {k: capital(v) for k, v in _both(text).items()}
            yield from _together(scale, entry.settings.get("satisfied"))


def _together(scale: Question, satisfied: object) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the label of the answers that are told together where they are crossed: those that are not satisfied."""
    told = {c: _both(t) for c, t in scale.codes.items() if isinstance(satisfied, list) and c not in satisfied}
    if len(told) > 1:
        said = {lang: listing([t[lang] for t in told.values()], lang, word) for lang, word in _OR.items()}
        yield f"answer={'+'.join(map(str, told))}", {k: capital(v) for k, v in said.items()}


def _derived(entry: PlanEntry, value: object) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield labels of variables that no questionnaire holds, such as age bands."""
    for name in value if isinstance(value, list) else [value]:
        if found := shared.SHARED.get(f"by={name}"):
            yield f"{entry.name}.{name}", found
        if name in ("commune_size", "regularity"):
            yield from ((k, v) for k, v in shared.SHARED.items() if k.startswith(f"{name}="))


def _indicator(entry: PlanEntry, name: str, text: Text) -> tuple[str, dict[str, str]]:
    said = shared.SHARED.get(f"{entry.question}.{name}")
    return f"{entry.name}.{name}", said or {k: capital(v) for k, v in _both(text).items()}


def _named(evaluation: Evaluation, value: object) -> list[Question]:
    patterns = [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str)]
    instruments = [evaluation.instruments[s.name] for s in evaluation.sources("survey")]
    found = [
        q for p in patterns for i in instruments for q in i.questions if q.name == p or fnmatch.fnmatchcase(q.name, p)
    ]
    return list({q.name: q for q in found}.values())


def _both(text: Text) -> dict[str, str]:
    return {lang: text.in_language(lang) for lang in LANGUAGES}
