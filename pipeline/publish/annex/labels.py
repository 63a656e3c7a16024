"""The labels mapping of an evaluation: what its codes, indicators, territories and sources are called."""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from pipeline.instrument import Instrument, Question, Text
from pipeline.instrument.answers import words
from pipeline.publish.annex.bases import base_labels
from pipeline.publish.annex.label_texts import LabelTexts, label_texts
from pipeline.publish.annex.question_labels import QuestionLabels, period_of_days
from pipeline.results import part
from pipeline.wording.labels import Labels, find
from pipeline.wording.language import of as speaking
from pipeline.wording.lexicon import lexicon, of_returns
from pipeline.wording.markdown import literal, visible
from pipeline.wording.numbers import listing
from pipeline.wording.phrases import capital, uncapital
from pipeline.yaml_data import data_beside

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.evaluation import Evaluation, PlanEntry, Source


#: Key of a label, and its text by language.
_Label = tuple[str, dict[str, str]]


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
_SEXES = {**dict.fromkeys(words("female"), "sex=female"), **dict.fromkeys(words("male"), "sex=male")}
_BARE = words("bare")
#: What the analysis of satisfaction takes off the names of its items, unless its settings say otherwise.
_PREFIX = "sat_"
#: Questions that no result is about.
_NEVER = ("identifier", "open_text", "respondent")
#: What returns of visits are of where no source says so.
_MONTH = "month"
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
    boundaries : the years of the boundaries of pays, 2018-2021.
    labellings : question -> how it makes the labels of its settings and sources.

    Raises
    ------
    ResultsError
        When a unit or the region lacks its French forms.
    """
    settings = evaluation.settings
    questions = sorted({entry.question for entry in settings.plan})
    texts = label_texts(evaluation.root, settings.languages, questions=questions)
    shared = {**lexicon(texts.read), **returns_labels(_MONTH, texts)}
    out: dict[str, dict[str, str]] = {}
    code = settings.territory.code
    whole = region if region is not None else _country(code)
    out.update(_place("region", code, whole, texts))
    if units is not None:
        for record in units.to_dict("records"):
            own = {str(k): v for k, v in record.items()}
            out.update(_place(settings.territory.level, str(record["code"]), own, texts))
    if boundaries:
        out["boundaries"] = texts.say("boundaries", years=boundaries)
    if settings.synthetic:
        out["synthetic"] = texts.say("synthetic")
    for source in settings.sources:
        out.update(_of_source(evaluation.instruments[source.name], source, texts, shared))
    for entry in settings.plan:
        out.update(_of_entry(evaluation, entry, texts, shared))
    _add_own(out, evaluation, texts, labellings, shared)
    out.update(base_labels(evaluation, texts))
    out.update(_of_vocabulary(evaluation))
    for asked in settings.questions:
        out[f"question={asked.id}"] = texts.plain(asked)
    for fact in settings.facts:
        if fact.label:
            out[f"fact={fact.id}"] = texts.plain(fact.label)
    own = {_key(key): {lang: visible(text) for lang, text in said.items() if text} for key, said in out.items()}
    known = ChainMap(out, shared)
    # what the evaluation says itself comes first, in its order
    return own | {key: {**_filled(said, known), **own.get(key, {})} for key, said in shared.items()}


def _of_vocabulary(evaluation: Evaluation) -> Iterator[_Label]:
    """Yield what the programme's own nouns call whom figures and tables count, and its own units."""
    nouns = evaluation.settings.vocabulary
    for population, noun in (("users", "person"), ("spaces", "place")):
        if noun in nouns:
            yield f"group={population}", {lang: forms.many for lang, forms in nouns[noun].items()}
    if "unit" in nouns:
        yield "by=own", {lang: capital(forms.one) for lang, forms in nouns["unit"].items()}


def _place(level: str, code: str, record: Mapping[str, Any], texts: LabelTexts) -> dict[str, dict[str, str]]:
    """Return the forms of a territory's name: ``pays=03``, ``pays=03:de``..."""
    out: dict[str, dict[str, str]] = {}
    for lang in texts.languages:
        for key, text in speaking(lang).place(record).labels(f"{level}={code}").items():
            out.setdefault(key, {})[lang] = text
    return out


def _filled(said: Mapping[str, str], labels: Labels) -> dict[str, str]:
    return {lang: of_returns(text, labels, lang) for lang, text in said.items()}


def returns_labels(period: str, texts: LabelTexts, complete: bool = False) -> dict[str, dict[str, str]]:
    """Return what returns of a period are called: ``returns=period``, ``returns=monthly``...

    ``complete``: every visit is recorded, so that no return is missing.
    """
    made = {f"returns={key}": texts.say(f"returns.{period}.{key}") for key in texts.under(f"returns.{period}")}
    made["returns=completed"] = texts.say("returns.recorded" if complete else "returns.completed")
    return {**made, "returns=withheld": texts.say("returns.withheld", monthly=made["returns=monthly"])}


def _add_own(
    out: dict[str, dict[str, str]],
    evaluation: Evaluation,
    texts: LabelTexts,
    labellings: Mapping[str, Labelling],
    shared: dict[str, dict[str, str]],
) -> None:
    """Add the labels that questions make, those that look at other entries last, to those that there are."""
    plan, so_far = evaluation.settings.plan, ChainMap(out, shared)
    own = [(entry, labellings[entry.question]) for entry in plan if entry.question in labellings]
    for entry, labelling in own:
        if not labelling.last:
            out.update(labelling.labels(evaluation, entry, QuestionLabels(texts, entry.question, so_far)))
    for entry in plan:
        for key, text in _renamed(entry, so_far, shared):
            # what the evaluation says itself comes first, in its order
            out.setdefault(key, text)
    for entry, labelling in own:
        if labelling.last:
            out.update(labelling.labels(evaluation, entry, QuestionLabels(texts, entry.question, so_far)))


def _of_source(instrument: Instrument, source: Source, texts: LabelTexts, shared: Labels) -> Iterator[_Label]:
    """Yield the labels that a source makes, by its kind."""
    yield from _source(source, texts)
    if source.kind == "survey":
        for question in instrument.questions:
            yield from _question(question, texts, shared)
    if source.kind == "sites":
        yield from _register(instrument, texts, shared)
    if source.kind == "attendance":
        yield from returns_labels(source.period, texts, source.is_complete).items()
        yield from _attendance(instrument, texts, shared)
        yield from _places(source, instrument, texts)


def _of_entry(evaluation: Evaluation, entry: PlanEntry, texts: LabelTexts, shared: Labels) -> Iterator[_Label]:
    """Yield the labels that an entry of the plan makes; later ones win."""
    yield from _indicators(evaluation, entry, texts, shared)
    yield f"entry={entry.name}", _title(evaluation, entry, texts)


def _renamed(entry: PlanEntry, known: Labels, shared: Labels) -> Iterator[_Label]:
    """Yield the shared labels of a question's indicators under the name of its entry, where it has one of its own."""
    head = f"{entry.question}."
    for key, said in shared.items() if entry.name != entry.question else ():
        if key.startswith(head):
            yield f"{entry.name}.{key.removeprefix(head)}", _filled(said, known)


def _title(evaluation: Evaluation, entry: PlanEntry, texts: LabelTexts) -> dict[str, str]:
    """Return the heading of an entry: its own, else the title of the survey that it rests on."""
    titles = [s.title for s in evaluation.sources("survey") if entry.settings.get("source") in (None, s.name)]
    title = entry.title or next((t for t in titles if t), None)
    return texts.headed(title) if title else texts.same(entry.name)


def _key(key: str) -> str:
    """Return the key of a label with its code as results write it; bases are no codes."""
    name, sign, code = key.partition("=")
    return key if name == "base" else f"{name}{sign}{part(code)}"


def _source(source: Source, texts: LabelTexts) -> Iterator[_Label]:
    titled = {k: uncapital(v) for k, v in texts.plain(source.title).items()} if source.title else {}
    yield f"source={source.name}", titled or texts.same(literal(source.name))
    if source.visits:
        yield f"days={source.visits.period_days}", period_of_days(source.visits.period_days, texts)
    if source.population and source.kind == "survey" and not source.unweighted:
        whom = _SURVEYED[source.sampled or "person"]
        yield f"population={source.persons if whom == 'inhabitants' else whom}", texts.plain(source.population)


def _is_shared(key: str, texts: LabelTexts, shared: Labels) -> bool:
    return find(key, shared, texts.languages[0]) is not None


def _attendance(instrument: Instrument, texts: LabelTexts, shared: Labels) -> Iterator[_Label]:
    """Yield labels of the categories that visits are counted by, under the names that results give them."""
    for question in instrument.all_by_role("age_band", "activity"):
        for code, text in question.codes.items():
            if not _is_shared(f"{question.role}={code}", texts, shared):
                yield f"{question.role}={code}", texts.headed(text)


def _register(instrument: Instrument, texts: LabelTexts, shared: Labels) -> Iterator[_Label]:
    """Yield labels of what the register says of a space, of a column a year under the name that its years share."""
    for question in instrument.questions:
        name = question.role if question.role == "site_type" else _A_YEAR.sub("", question.name)
        for code, text in question.codes.items():
            key = f"{name}={code}"
            if not _is_shared(key, texts, shared):
                yield key, texts.headed(text)
                yield f"{key}:said", texts.plain(text)


def _places(source: Source, instrument: Instrument, texts: LabelTexts) -> Iterator[_Label]:
    """Yield labels of the places outside the spaces where visits are counted apart."""
    question = instrument.question(source.signins.place) if source.signins and source.signins.place else None
    for code, text in question.codes.items() if question else ():
        yield f"place={code}", texts.headed(text)


def _question(question: Question, texts: LabelTexts, shared: Labels) -> Iterator[_Label]:
    title = texts.headed(question.label or question.wording)
    if (question.label or question.codes or question.items) and f"by={question.name}" not in shared:
        yield f"by={question.name}", title
    received = all(_received(code, text) for code, text in question.codes.items())
    for code, text in question.codes.items():
        key = f"{question.name}={code}"
        if key in shared:
            continue
        if sex := _sex(question, text):
            yield key, dict(shared[sex])
            continue
        written = texts.plain(text)
        if text.fr.lower() in _BARE:
            yield key, texts.say("bare", title=title, answer=written)
            continue
        shown = written if received else texts.headed(text)
        yield key, shown
        if shown != written:
            yield f"{key}:quoted", written
    for item in question.items:
        yield f"{question.name}={item.name}", texts.headed(item.label)


def _country(code: str) -> dict[str, str]:
    """Return the names of a country, which needs no reference tables; of another whole, its code alone."""
    known: dict[str, dict[str, str]] = data_beside(__file__, "countries.yaml")
    return known.get(code, {"name": code})


def _sex(question: Question, text: Text) -> str | None:
    """Return the shared label of an answer about the sex of a person; None where it is none."""
    return next((key for word, key in _SEXES.items() if question.role == "sex" and word in text.fr), None)


def _received(code: object, text: Text) -> bool:
    """Return whether a text is an answer as it was received, its code being its letters (all, or the first of many).

    Such texts are shown as they were written; the labels of a questionnaire take the capital of a head.
    """
    plain = unicodedata.normalize("NFKD", text.fr).encode("ascii", "ignore").decode()
    named, letters = _SIGNS.sub("", _TOLD_APART.sub("", str(code))).lower(), _SIGNS.sub("", plain).lower()
    return named == letters or (len(named) >= _MANY and letters.startswith(named))


def _indicators(evaluation: Evaluation, entry: PlanEntry, texts: LabelTexts, shared: Labels) -> Iterator[_Label]:
    """Yield labels of the indicators that a plan entry names: variables, questions, items of multiple questions."""
    said: set[str] = set()
    prefix = str(entry.settings.get("prefix", _PREFIX))
    for value in entry.settings.values():
        questions = [q for q in _named(evaluation, value) if q.role not in _NEVER]
        pairs = [(i.name, i.label) for q in questions for i in q.items]
        said |= {name for name, _ in pairs}
        pairs += [(q.name, q.label or q.wording) for q in questions if q.name not in said]
        pairs += [(q.name.removeprefix(prefix), q.label or q.wording) for q in questions if q.name.startswith(prefix)]
        titles = [texts.headed(text) for _, text in pairs]
        titles = without_battery(titles) if value == entry.settings.get("items") else titles
        for (name, _), title in zip(pairs, titles, strict=True):
            own = shared.get(f"{entry.question}.{name}")
            yield f"{entry.name}.{name}", dict(own) if own else title
        yield from _derived(entry, value, shared)
        scales = [q for q in questions if q.type == "likert"] or [q for q in questions if _is_rated(q, entry)]
        if scale := next(iter(scales), None):
            for code, text in scale.codes.items():
                yield f"answer={code}", texts.headed(text)
            yield from _together(scale, entry.settings.get("satisfied"), texts)


def without_battery(titles: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return the titles of the items of a battery without what all of them begin with, up to the colon."""
    heads = {lang: {title[lang].rpartition(":")[0] for title in titles} for lang in (titles[0] if titles else ())}
    behind = [{lang: title[lang].rpartition(":")[2].strip() for lang in title} for title in titles]
    alike = all(len(said) == 1 and "" not in said for said in heads.values())
    if len({tuple(title.values()) for title in titles}) < 2 or not alike or not all(all(b.values()) for b in behind):
        return titles
    return [{lang: capital(text) for lang, text in title.items()} for title in behind]


def _is_rated(question: Question, entry: PlanEntry) -> bool:
    """Return whether the answers that an entry calls satisfied are among those of a question."""
    satisfied = entry.settings.get("satisfied")
    return isinstance(satisfied, list) and bool(satisfied) and set(satisfied) <= set(question.codes)


def _together(scale: Question, satisfied: object, texts: LabelTexts) -> Iterator[_Label]:
    """Yield the label of the answers that are told together where they are crossed: those that are not satisfied."""
    told = {c: texts.plain(t) for c, t in scale.codes.items() if isinstance(satisfied, list) and c not in satisfied}
    if len(told) > 1:
        either = texts.say("or")
        said = {lang: capital(listing([t[lang] for t in told.values()], lang, word)) for lang, word in either.items()}
        yield f"answer={'+'.join(map(str, told))}", said


def _derived(entry: PlanEntry, value: object, shared: Labels) -> Iterator[_Label]:
    """Yield labels of variables that no questionnaire holds, such as age bands."""
    for name in value if isinstance(value, list) else [value]:
        if found := shared.get(f"by={name}"):
            yield f"{entry.name}.{name}", dict(found)
        if name in ("commune_size", "regularity"):
            yield from ((k, dict(v)) for k, v in shared.items() if k.startswith(f"{name}="))


def _named(evaluation: Evaluation, value: object) -> list[Question]:
    patterns = [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str)]
    instruments = [evaluation.instruments[s.name] for s in evaluation.sources("survey")]
    found = [
        q for p in patterns for i in instruments for q in i.questions if q.name == p or fnmatch.fnmatchcase(q.name, p)
    ]
    return list({q.name: q for q in found}.values())
