"""Labels that sources of records make: what a record is, the categories that cut them, what is summed and averaged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pipeline.wording import labels as shared
from pipeline.wording.phrases import capital, uncapital
from pipeline.wording.vocabulary import noun

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation, PlanEntry
    from pipeline.instrument import Instrument, Question

LANGUAGES = ("fr", "en")
#: Forms of the plural of what is recorded, by the suffix of its label, and the words before it.
_FORMS = {"de": {"fr": ("de ", "d'"), "en": ("of ", "of ")}, "le": {"fr": ("les ", "les "), "en": ("the ", "the ")}}
#: Populations of records, of persons and of places.
_POPULATIONS = ("events", "events_of_places")
_QUESTION = "records"
#: Name of the rate of use that is told where the plan names none.
_RATE = "use"


def record_labels(evaluation: Evaluation, entry: PlanEntry) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the labels of an entry of the plan that counts records."""
    if entry.question != _QUESTION:
        return
    asked = entry.settings.get("source")
    source = next((s for s in evaluation.sources("records") if asked in (None, s.name)), None)
    if source is None:
        return
    instrument = evaluation.instruments[source.name]
    yield from _nouns(entry, instrument)
    for question in instrument.questions:
        yield from _question(entry, question)
    yield from _rates(entry, instrument)


def _rates(entry: PlanEntry, instrument: Instrument) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the labels of rates of use: their own, else that of what was used."""
    used = instrument.by_role("used")
    declared = entry.settings.get("rates")
    if declared is None:
        declared = [{"name": _RATE, "used": used.name}] if used is not None else []
    for rate in (r for r in declared if isinstance(r, dict)):
        own, asked = rate.get("label"), instrument.question(str(rate.get("used")))
        if isinstance(own, dict) and "fr" in own:
            yield f"{entry.name}.{rate.get('name')}", {lang: capital(own.get(lang) or own["fr"]) for lang in LANGUAGES}
        elif asked is not None:
            yield f"{entry.name}.{rate.get('name')}", {lang: capital(asked.title(lang)) for lang in LANGUAGES}


def _nouns(entry: PlanEntry, instrument: Instrument) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the plural of what is recorded, in the forms of sentences, and as whom numbers are about."""
    plain: dict[str, str] = {}
    declared_nouns = {str(lang): noun_forms for lang, noun_forms in instrument.record.items()}
    formed: dict[str, dict[str, str]] = {form: {} for form in _FORMS}
    for lang in LANGUAGES:
        own = declared_nouns.get(lang)
        declared = own.model_dump(exclude_none=True) if own else shared_noun(lang)
        made = noun(declared, f"record of the instrument {instrument.name}")
        plain[lang] = made.many
        for form, before in _FORMS.items():
            formed[form][lang] = before[lang][made.elides] + made.many
    yield f"record={entry.name}", plain
    yield from ((f"record={entry.name}:{form}", texts) for form, texts in formed.items())
    for population in _POPULATIONS:
        yield f"population={population}:{entry.name}", plain
        yield f"group={population}:{entry.name}", plain
    yield f"{entry.name}.records", {lang: capital(text) for lang, text in plain.items()}
    yield f"{entry.name}.by_period", {lang: capital(text) for lang, text in plain.items()}


def shared_noun(lang: str) -> dict[str, Any]:
    """Return what a record is called where its instrument does not say it."""
    many = shared.SHARED["group=records"][lang]
    return {"one": many.removesuffix("s"), "many": many}


def _question(entry: PlanEntry, question: Question) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the label of what a question sums or cuts by, and those of its categories."""
    title = {lang: capital(question.title(lang)) for lang in LANGUAGES}
    yield f"{entry.name}.{question.name}", title
    yield f"by={question.name}", title
    categories = [*question.codes.items(), *((item.name, item.label) for item in question.items)]
    for code, text in categories:
        yield f"{question.name}={code}", {lang: capital(text.in_language(lang)) for lang in LANGUAGES}
        yield f"{question.name}={code}:said", {lang: uncapital(text.in_language(lang)) for lang in LANGUAGES}
