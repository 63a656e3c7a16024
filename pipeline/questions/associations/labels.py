"""What the outcome of an entry is called: as another entry calls it, or a question and what counts in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.evaluation import Evaluation, PlanEntry
from pipeline.questions.labelling import Label, Said, Texts

#: The share of another entry is called as that entry calls it.
LOOKS_AT_OTHERS = True


def labels(evaluation: Evaluation, entry: PlanEntry, said: Said) -> Iterator[Label]:
    """Yield the label of the outcome, as a head and under the name of its indicator, and the title of the chapter."""
    told = entry.settings.get("outcome")
    if not isinstance(told, dict):
        return
    of, name = told.get("entry"), told.get("indicator") or told.get("question")
    text = said.known(f"{of}.{name}") if of else _asked(evaluation, entry, told, said)
    if not text or not all(text.values()):
        return
    yield f"outcome={entry.name}", text
    yield f"{entry.name}.{name}", text
    if entry.title is None:
        yield f"entry={entry.name}", said.say("heading", outcome=text)


def _asked(evaluation: Evaluation, entry: PlanEntry, told: Mapping[str, Any], said: Said) -> Texts:
    """Return a question and what counts in it."""
    surveys = [s for s in evaluation.sources("survey") if entry.settings.get("source") in (None, s.name)]
    question = next(
        (q for s in surveys[:1] if (q := evaluation.instruments[s.name].question(str(told.get("question"))))), None
    )
    if question is None:
        return {}
    title = said.plain(question.label or question.wording)
    item = next((i for i in question.items if i.name == told.get("item")), None)
    counted = [said.plain(question.codes[c]) for c in told.get("codes") or [] if c in question.codes]
    if item is not None:
        return said.headed(said.plain(item.label))
    if not counted:
        return said.headed(title)
    either = {lang: " / ".join(each[lang] for each in counted) for lang in counted[0]}
    return said.headed(said.say("answered", question=title, answers=either))
