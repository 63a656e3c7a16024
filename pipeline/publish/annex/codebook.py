"""The codebook of what was asked and received: DDI Codebook 2.5 (DDI Alliance, 2012), element order as its schema.

What its schema lets repeat only since 2.5.1 (2013) is written once, so that documents are valid under both.
"""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.instrument import ORIGINAL, Condition, Item, Question, Text
from pipeline.instrument.composite_question import CompositeQuestion
from pipeline.instrument.ddi import NOTE, declaration, item_declaration
from pipeline.publish.annex.label_texts import LabelTexts, label_texts

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation, Source

NAMESPACE = "ddi:codebook:2_5"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
#: Roles whose values are never published.
_NOT_PUBLISHED = ("identifier", "open_text", "respondent")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FORMATS = {"number": "numeric", "count": "numeric"}


def write_codebook(evaluation: Evaluation, path: Path) -> Path:
    """Write the codebook of every instrument of an evaluation; its dates are those of the edition and the waves.

    It is in French where the evaluation publishes in French, else in its first language; texts of others stand beside.
    """
    ET.register_namespace("", NAMESPACE)
    published = evaluation.settings.languages
    first = ORIGINAL if ORIGINAL in published else published[0]
    texts = label_texts(evaluation.root, list(dict.fromkeys((first, *published))), "_codebook")
    root = ET.Element(_tag("codeBook"), {"version": "2.5", "ID": identifier("cb", evaluation.name), _XML_LANG: first})
    _document(root, evaluation, texts)
    _study(root, evaluation, texts)
    for source in evaluation.settings.sources:
        _files(root, source, texts)
    data = _add(root, "dataDscr")
    for source in evaluation.settings.sources:
        for question in evaluation.instruments[source.name].questions:
            if question.type == "multiple":
                _group(data, source, question, texts)
    for source in evaluation.settings.sources:
        for question in evaluation.instruments[source.name].questions:
            items: list[Item | None] = [*question.items] if question.type == "multiple" else [None]
            for item in items:
                _variable(data, evaluation, texts, source, question, item)
    ET.indent(root, " ")
    text = ET.tostring(root, encoding="unicode")
    path.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n', encoding="utf-8")
    return path


def _document(root: ET.Element, evaluation: Evaluation, texts: LabelTexts) -> None:
    citation = _add(_add(root, "docDscr"), "citation")
    _add(_add(citation, "titlStmt"), "titl", texts.first("title", of=texts.plain(evaluation.settings.title)))
    production = _add(citation, "prodStmt")
    day = f"{evaluation.settings.edition}-12-31"
    _add(production, "prodDate", day, date=day)


def _study(root: ET.Element, evaluation: Evaluation, texts: LabelTexts) -> None:
    settings = evaluation.settings
    study = _add(root, "stdyDscr")
    citation = _add(study, "citation")
    title = _add(citation, "titlStmt")
    _worded(title, "titl", settings.title, texts, beside="parTitl")
    if settings.commissioned_by:
        _add(_add(citation, "prodStmt"), "fundAg", _first(settings.commissioned_by, texts))
    if settings.citation:
        _add(citation, "biblCit", _first(settings.citation, texts))
    info = _add(study, "stdyInfo")
    if settings.synthetic:
        _add(info, "abstract", texts.first("synthetic"))
    summary = _add(info, "sumDscr")
    for wave in settings.waves:
        for event, day in zip(("start", "end"), wave.field, strict=True):
            _add(summary, "collDate", day.isoformat(), date=day.isoformat(), event=event, cycle=wave.name)
    for source in settings.sources:
        if source.population:
            _add(summary, "universe", _first(source.population, texts), ID=identifier("U", source.name), level="file")
    collection = _add(_add(study, "method"), "dataColl")
    for wave in settings.waves:
        mode = LabelTexts(texts.read, "_methods").first(f"modes.{wave.mode}")
        _add(collection, "collMode", texts.first("mode", wave=wave.name, mode=mode))


def _files(root: ET.Element, source: Source, texts: LabelTexts) -> None:
    description = _add(root, "fileDscr", ID=identifier("F", source.name))
    if source.population:
        description.set("sdatrefs", identifier("U", source.name))
    text = _add(description, "fileTxt")
    _add(text, "fileName", source.name)
    _add(text, "fileCont", _first(source.title, texts) if source.title else source.name)


def _group(data: ET.Element, source: Source, question: Question, texts: LabelTexts) -> None:
    """Write the group that the boxes of a multiple question form; groups stand before variables."""
    boxes = " ".join(_id(source, question, item) for item in question.items)
    name = identifier("G", source.name, question.name)
    group = _add(data, "varGrp", ID=name, type="multipleResp", var=boxes, name=question.name)
    for tag, text in (("labl", question.label or question.wording), ("txt", question.wording)):
        _worded(group, tag, text, texts)
    _add(group, "notes", declaration(question), type=NOTE)


def _id(source: Source, question: Question, item: Item | None) -> str:
    return identifier("V", source.name, question.name, *([item.name] if item else []))


def _variable(
    data: ET.Element,
    evaluation: Evaluation,
    texts: LabelTexts,
    source: Source,
    question: Question,
    item: Item | None,
) -> None:
    name = f"{question.name}_{item.name}" if item else question.name
    variable = _add(
        data,
        "var",
        ID=_id(source, question, item),
        name=name,
        wgt="wgt" if question.role == "weight" else "not-wgt",
        files=identifier("F", source.name),
        intrvl="contin" if question.type in _FORMATS and not question.codes else "discrete",
    )
    if question.unit and not item:
        variable.set("measUnit", _held(question.unit))
    label = item.label if item else (question.label or question.wording)
    _worded(variable, "labl", label, texts)
    if question.role in _NOT_PUBLISHED:
        _add(variable, "security", texts.first(f"never.{question.role}"))
    if not isinstance(question, CompositeQuestion):
        _worded(_add(variable, "qstn"), "qstnLit", question.wording, texts)
    _range(variable, question)
    if routed := "; ".join(routing(question, evaluation, source.name, texts)):
        _add(variable, "universe", routed)
    _categories(variable, question, item, texts)
    if isinstance(question, CompositeQuestion):
        _derivation(variable, source, question, texts)
    _add(variable, "varFormat", type=_format(question, item), category="date" if question.type == "date" else "other")
    if not isinstance(question, CompositeQuestion):
        _add(variable, "notes", item_declaration(item) if item else declaration(question), type=NOTE)
    told = [_first(question.note, texts)] if question.note else []
    for note in [*told, *_unasked(question, item, evaluation, texts)]:
        _add(variable, "notes", note)


def _first(text: Text, texts: LabelTexts) -> str:
    """Return a text in the language of the codebook."""
    return text.in_language(texts.languages[0])


def _worded(parent: ET.Element, tag: str, text: Text, texts: LabelTexts, beside: str = "") -> None:
    """Write a text in the language of the codebook, then in the others that it was given in."""
    first = texts.languages[0]
    _add(parent, tag, text.in_language(first))
    others = {**({} if text.lacks(ORIGINAL) else {ORIGINAL: text.fr}), **text.translations()}
    for lang, said in others.items():
        if lang != first:
            _add(parent, beside or tag, said, lang=lang)


def _derivation(variable: ET.Element, source: Source, question: CompositeQuestion, texts: LabelTexts) -> None:
    """Write how a composite is made, and the variables that it is made of."""
    made_of = [_id(source, q, i) for part, q in question.of_parts for i in _counted(q, part)]
    derivation = _add(variable, "derivation", var=" ".join(dict.fromkeys(made_of)))
    _add(derivation, "drvdesc", _first(question.wording, texts))


def _counted(question: Question, part: Condition) -> list[Item | None]:
    """Return the boxes of a question that a part counts; None for a question of one variable."""
    counted = {str(code) for code in part.codes or []}
    return [i for i in question.items if i.name in counted] if question.type == "multiple" else [None]


def _range(variable: ET.Element, question: Question) -> None:
    """Write the accepted values; a bound at infinity is none, and numbers are whole (INT) unless they are said REAL."""
    found = {k: b for k, b in zip(("min", "max"), question.range or (), strict=False) if math.isfinite(b)}
    if found:
        whole = question.type != "number" and all(b.is_integer() for b in found.values())
        bounds = {k: f"{b:.0f}" if b.is_integer() else repr(b) for k, b in found.items()}
        _add(_add(variable, "valrng"), "range", UNITS="INT" if whole else "REAL", **bounds)


def _format(question: Question, item: Item | None) -> str:
    """Return whether the values of a variable are numbers: amounts, boxes, or codes that all are."""
    codes = [*question.codes, *question.missing]
    coded = bool(question.codes) and all(isinstance(c, int) for c in codes)
    return "numeric" if item or coded else _FORMATS.get(question.type, "character")


def _categories(variable: ET.Element, question: Question, item: Item | None, texts: LabelTexts) -> None:
    boxes = {box: Text.model_validate(texts.say(f"boxes.{box}")) for box in ("1", "0")}
    codes = boxes if item else {str(k): v for k, v in question.codes.items()}
    for code, text in codes.items():
        category = _add(variable, "catgry")
        _add(category, "catValu", code)
        _worded(category, "labl", text, texts)
    for missing, reason in question.missing.items():
        category = _add(variable, "catgry", missing="Y", missType=reason)
        _add(category, "catValu", str(missing))
        _add(category, "labl", texts.first(f"missing.{reason}"))


def routing(question: Question, evaluation: Evaluation, source: str, texts: LabelTexts) -> list[str]:
    """Return the conditions under which a question was put, in words of the first language, one a text."""
    out = []
    instrument = evaluation.instruments[source]
    for condition in question.asked_if:
        other = instrument.question(condition.question)
        title = other.title(texts.languages[0]) if other else condition.question
        if condition.codes is not None:
            said = [_first(other.codes[c], texts) if other and c in other.codes else str(c) for c in condition.codes]
            either = f" {texts.first('or')} ".join(said)
            out.append(texts.first("coded", title=title, codes=either))
        bounds = [("least", condition.minimum), ("most", condition.maximum)]
        out += [texts.first(k, title=title, bound=f"{b:g}") for k, b in bounds if b is not None]
    return out


def _unasked(question: Question, item: Item | None, evaluation: Evaluation, texts: LabelTexts) -> list[str]:
    waves = [w.name for w in evaluation.settings.waves]
    offered = item.waves if item and item.waves is not None else waves
    absent = [w for w in waves if not question.asked(w) or w not in offered]
    return [texts.first("unasked", wave=w) for w in absent]


def _add(
    parent: ET.Element, tag: str, text: str | None = None, lang: str | None = None, **attributes: str
) -> ET.Element:
    child = ET.SubElement(parent, _tag(tag), {k: _held(v) for k, v in attributes.items()})
    if lang:
        child.set(_XML_LANG, lang)
    child.text = None if text is None else _held(text)
    return child


def _held(text: str) -> str:
    """Return a text with a mark (U+FFFD) for each character that no XML document can hold."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def identifier(kind: str, *names: str) -> str:
    """Return the ID of what some names lead to: a name of XML without colon (NCName), another one for other names.

    Parameters
    ----------
    kind : what the ID is of, in letters; it starts the ID.
    names : from the source inwards. Letters A to Z, digits and underscores stand for themselves, a hyphen is doubled
        and any other character is its number between hyphens; full stops part the names, so that no two lists meet.
    """
    return f"{kind}_" + ".".join(re.sub(r"[^A-Za-z0-9_]", _escaped, name) for name in names)


def _escaped(found: re.Match[str]) -> str:
    return "--" if found[0] == "-" else f"-{ord(found[0]):x}-"
