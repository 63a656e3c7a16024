"""Labels that sources of records make: what a record is, the categories that cut them, what is summed and averaged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.evaluation import Evaluation, PlanEntry
from pipeline.instrument import Instrument, Question, RecordNoun
from pipeline.questions.labelling import Label, Said, Texts, declared_text

#: Populations of records, of persons and of places.
_POPULATIONS = ("events", "events_of_places")
#: Label of a record where its instrument does not say what it is.
_OTHER = "group=records"
#: Name of the rate of use that is told where the plan names none.
_RATE = "use"


def labels(evaluation: Evaluation, entry: PlanEntry, said: Said) -> Iterator[Label]:
    """Yield the labels of an entry of the plan that counts records."""
    asked = entry.settings.get("source")
    source = next((s for s in evaluation.sources("records") if asked in (None, s.name)), None)
    if source is None:
        return
    if source.title and not entry.title:
        yield f"entry={entry.name}", said.headed(source.title)
    instrument = evaluation.instruments[source.name]
    several = len(list(evaluation.sources("records"))) > 1
    yield from _nouns(entry, instrument, said, said.plain(source.title) if several and source.title else {})
    for question in instrument.questions:
        yield from _question(entry, question, said)
    yield from _rates(entry, instrument, said)


def _rates(entry: PlanEntry, instrument: Instrument, said: Said) -> Iterator[Label]:
    """Yield the labels of rates of use: their own, else that of what was used."""
    used = instrument.by_role("used")
    declared = entry.settings.get("rates")
    if declared is None:
        declared = [{"name": _RATE, "used": used.name}] if used is not None else []
    for rate in (r for r in declared if isinstance(r, dict)):
        asked = instrument.question(str(rate.get("used")))
        text = declared_text(rate.get("label")) or (None if asked is None else asked.label or asked.wording)
        if text is not None:
            yield f"{entry.name}.{rate.get('name')}", said.headed(text)


def _nouns(entry: PlanEntry, instrument: Instrument, said: Said, title: Texts) -> Iterator[Label]:
    """Yield the plural of what is recorded, in the forms of sentences, and as whom numbers are about.

    title : of the source, where there are others: records that nothing names are told apart by it.
    """
    own = {lang: RecordNoun(**forms) for lang, forms in entry.settings.get("record", {}).items()}
    nouns = {**instrument.record, **own}
    declared = {str(lang): forms.model_dump(exclude_none=True) for lang, forms in nouns.items()}
    formed = said.counted(declared, _OTHER, f"record of the instrument {instrument.name}")
    formed = {form: {**texts, **_titled(texts, title, declared)} for form, texts in formed.items()}
    plain = formed.pop("")
    yield f"record={entry.name}", plain
    yield from ((f"record={entry.name}:{form}", texts) for form, texts in formed.items())
    for population in _POPULATIONS:
        yield f"population={population}:{entry.name}", plain
        yield f"group={population}:{entry.name}", plain
    headed = said.headed(plain)
    yield f"{entry.name}.records", headed
    yield f"{entry.name}.by_period", headed


def _titled(texts: Texts, title: Texts, declared: Mapping[str, Any]) -> Texts:
    """Return what stands for a noun that a language lacks, with the title of the source behind it."""
    return {lang: f"{text} ({title[lang]})" for lang, text in texts.items() if lang in title and lang not in declared}


def _question(entry: PlanEntry, question: Question, said: Said) -> Iterator[Label]:
    """Yield the label of what a question sums or cuts by, and those of its categories."""
    title = said.headed(question.label or question.wording)
    yield f"{entry.name}.{question.name}", title
    yield f"by={question.name}", title
    categories = [*question.codes.items(), *((item.name, item.label) for item in question.items)]
    for code, text in categories:
        yield f"{question.name}={code}", said.headed(text)
        yield f"{question.name}={code}:said", said.within(text)
