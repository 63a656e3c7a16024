"""A list of labels beside coded answers: a row a code, with its variable, question and label."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.ingest.lexicon import patterns
from pipeline.ingest.readers.describe import Column, Described
from pipeline.ingest.scaffold.given import Given
from pipeline.ingest.scaffold.kinds_of_tables import kind_of
from pipeline.ingest.scaffold.no_answer import code_of
from pipeline.ingest.scaffold.words import matches
from pipeline.ingest.values import text_of
from pipeline.instrument import Code

#: Share of the variables of a list that are columns of the file that it labels, and how many at least.
HELD, FEWEST = 0.6, 2
_HEADS = patterns("headers")["label_list"]


@dataclass(frozen=True)
class LabelList:
    """Variable -> its words, and variable -> code -> label."""

    wordings: dict[str, str]
    labels: dict[str, dict[Code, str]]

    @property
    def variables(self) -> set[str]:
        """Return the variables that the list names."""
        return set(self.wordings) | set(self.labels)


def with_label_lists(given: Sequence[Given]) -> list[Given]:
    """Return the files, coded answers with the texts of a list of labels, which is then no source itself."""
    out = list(given)
    for at, each in enumerate(given):
        found = label_list_of(each.described) if each.kind not in ("attendance", "visits", "sites") else None
        if found is None:
            continue
        of = [i for i, g in enumerate(out) if i != at and g.kind != "labels" and _is_for(found, g)]
        for i in of:
            out[i] = _labelled(out[i], found)
        if of:
            why = f"the labels of {', '.join(out[i].path.name for i in of)}"
            out[at] = replace(each, kind="labels", why=why)
    return out


def label_list_of(described: Described) -> LabelList | None:
    """Return what a table says of variables and of their codes; None where it is no list of labels.

    A variable, and its question, may stand once above the rows of its codes.
    """
    columns = list(described.columns)
    variable = _taken(columns, "variable")
    code = _taken(columns, "code")
    if variable is None or code is None:
        return None
    # a label stands behind its code, the words of the question before it: both may be called « libellé »
    after = described.columns[described.columns.index(code) + 1 :]
    label = _taken(columns, "label", [c for c in after if c in columns]) or _taken(columns, "label")
    if label is None:
        return None
    wording = _taken(columns, "wording")
    wordings: dict[str, str] = {}
    labels: dict[str, dict[Code, str]] = {}
    name: str | None = None
    for own, asked, value, text in _rows(variable, wording, code, label):
        name = own or name
        if name is None:
            continue
        if asked:
            wordings.setdefault(name, asked)
        if value is not None and text is not None:
            labels.setdefault(name, {})[code_of(value)] = text
        elif text is not None and own:
            wordings.setdefault(name, text)
    return LabelList(wordings, labels) if labels else None


def _rows(*columns: Column | None) -> Iterator[tuple[str | None, ...]]:
    n = max(len(c.examples) for c in columns if c is not None)
    held = [[None] * n if c is None else [text_of(v) for v in c.examples] for c in columns]
    return zip(*held, strict=True)


def _taken(columns: list[Column], role: str, among: Sequence[Column] | None = None) -> Column | None:
    """Return the first column that is called so, which no other role has then."""
    found = next((c for c in (columns if among is None else among) if matches(_HEADS[role], c.name)), None)
    if found is not None:
        columns.remove(found)
    return found


def _is_for(found: LabelList, given: Given) -> bool:
    held = found.variables & set(given.names)
    return len(held) >= max(FEWEST, HELD * len(found.variables))


def _labelled(given: Given, found: LabelList) -> Given:
    """Return a file with the words and the labels of a list, told again for what it is."""
    columns = [
        replace(c, label=c.label or found.wordings.get(c.name, ""), values=c.values or found.labels.get(c.name, {}))
        for c in given.described.columns
    ]
    described = replace(given.described, columns=columns)
    told = kind_of(given.path, described) if given.kind == "unknown" else None
    if told is None:
        return replace(given, described=described)
    if told.kind == "unknown":
        return replace(given, described=described, kind="survey", why="survey answers (their list of labels)")
    return replace(given, described=described, kind=told.kind, why=told.why, tool=told.tool)
