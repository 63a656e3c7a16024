"""LimeSurvey survey structures (.lss): questions, sub-questions, answers and relevance, of versions 2 to 6."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from pipeline.ingest.lexicon import lexicon
from pipeline.ingest.privacy.gate import Unusable
from pipeline.ingest.tools.draft import Draft, Questionnaire, hint, slug, texts
from pipeline.ingest.tools.headers import bare
from pipeline.ingest.tools.relevance import Filter, conditions
from pipeline.instrument.markup import parsed_xml

Row = dict[str, str]
_LABELS: Mapping[str, dict[str, str]] = lexicon("marks")["labels"]
_YES_NO = {"Y": _LABELS["yes"], "N": _LABELS["no"]}
_GENDER = {"F": _LABELS["female"], "M": _LABELS["male"]}
_TREND = {"I": _LABELS["increase"], "S": _LABELS["same"], "D": _LABELS["decrease"]}
_OTHER = _LABELS["other"]
#: LimeSurvey's question types, by letter, as far as they can be described as questions of an instrument.
_LISTS, _TEXTS, _ARRAYS = "L!O", "STU", "FH"


def _scale(top: int) -> dict[int, dict[str, str]]:
    return {i: {"fr": str(i), "en": str(i)} for i in range(1, top + 1)}


_OWN_ANSWERS: dict[str, dict[Any, dict[str, str]]] = {"Y": _YES_NO, "G": _GENDER, "5": _scale(5)}
_OWN_ARRAYS: dict[str, dict[Any, dict[str, str]]] = {
    "A": _scale(5),
    "B": _scale(10),
    "C": {**_YES_NO, "U": {"fr": "incertain", "en": "uncertain"}},
    "E": _TREND,
}


@dataclass(frozen=True)
class _Survey:
    """The tables of a structure file; ``texts_of`` maps question or answer ids to their texts by language."""

    title: dict[str, str]
    questions: list[Row]
    subquestions: list[Row]
    answers: list[Row]
    question_texts: dict[str, dict[str, str]]
    answer_texts: dict[tuple[str, str, str], dict[str, str]]
    scale_heads: dict[tuple[str, int], dict[str, str]]


def read_lss(path: Path) -> Questionnaire:
    """Return the questionnaire of a LimeSurvey structure file, its columns named as exports with codes name them.

    Raises
    ------
    IngestError
        The file is no LimeSurvey structure, is damaged, or holds entities or other hostile XML.
    """
    root = parsed_xml(path, "LimeSurvey structure (.lss)", Unusable)
    if root.findtext("LimeSurveyDocType") != "Survey":
        raise Unusable(
            "this XML file is no LimeSurvey survey structure",
            where=path.name,
            found=root.findtext("LimeSurveyDocType") or f"root element <{root.tag}>",
            allowed="LimeSurveyDocType: Survey",
            action="export it again in LimeSurvey: Display/Export, Survey structure (.lss)",
        )
    _refuse_gaps(root, path)
    survey = _survey(root)
    if not survey.questions:
        raise Unusable("the survey structure holds no question", where=path.name, action="export it again")
    known = _filters(survey)
    drafts: list[Draft] = [
        Draft({"name": "response_id", "type": "key", "role": "respondent", "column": "id", "required": True,
               "unique": True, "wording": {"fr": hint("titles.response"), "en": "Response number"}})
    ]  # fmt: skip
    for row in survey.questions:
        made = _drafts(survey, row)
        rule = row.get("relevance", "")
        routed = conditions(rule, lambda name: known.get(name))
        for draft in made:
            if routed:
                draft.content["asked_if"] = routed
            elif routed is None:
                draft.review["wording"] = f"filtre LimeSurvey non traduit / routing not translated: {bare(rule)}"
        drafts += made
    return Questionnaire(survey.title, drafts)


#: What each row of a table must say for its answers to be found.
_NEEDED = {
    "questions": ("qid", "type", "title"),
    "subquestions": ("qid", "title"),
    "answers": ("code",),
    "question_l10ns": ("qid",),
}


def _refuse_gaps(root: Element, path: Path) -> None:
    for table, needed in _NEEDED.items():
        for number, row in enumerate(_rows(root, table), 1):
            lost = [c for c in needed if not row.get(c)]
            if lost:
                raise Unusable(
                    "the survey structure is damaged: a row lacks what names it",
                    where=f"{path.name}, table {table}, row {number}",
                    found=f"no {lost[0]}",
                    action="export the structure again",
                )


def _number(row: Row, column: str) -> int:
    """Return a place in an order; 0 where it is none."""
    text = row.get(column, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _rows(root: Element, table: str) -> list[Row]:
    return [
        {cell.tag: (cell.text or "").strip() for cell in row} for rows in root.findall(f"{table}/rows") for row in rows
    ]


def _survey(root: Element) -> _Survey:
    questions, subquestions = _rows(root, "questions"), _rows(root, "subquestions")
    question_texts: dict[str, dict[str, str]] = {}
    for row in [*questions, *subquestions, *_rows(root, "question_l10ns")]:
        if "question" in row:
            question_texts.setdefault(row["qid"], {})[row.get("language", "fr")] = bare(row["question"])
    answers = _rows(root, "answers")
    answer_texts: dict[tuple[str, str, str], dict[str, str]] = {}
    by_id = {r["aid"]: r for r in answers if "aid" in r}
    for row in [*answers, *_rows(root, "answer_l10ns")]:
        of = by_id.get(row.get("aid", ""), row)
        if "answer" in row and "qid" in of:
            key = (of["qid"], of.get("scale_id", "0") or "0", of["code"])
            answer_texts.setdefault(key, {})[row.get("language", "fr")] = bare(row["answer"])
    titles = {r.get("surveyls_language", "fr"): bare(r.get("surveyls_title", "")) for r in
              _rows(root, "surveys_languagesettings")}  # fmt: skip
    main = [r for r in questions if r.get("parent_qid", "0") in ("", "0")]
    order = {r["gid"]: _number(r, "group_order") for r in _rows(root, "groups") if r.get("gid")}
    main.sort(key=lambda r: (order.get(r.get("gid", ""), 0), _number(r, "question_order")))
    return _Survey(
        texts(titles, hint("titles.survey")), _once(main), _once([*subquestions, *_children(questions)]), answers,
        question_texts, answer_texts, _scale_heads(root),
    )  # fmt: skip


def _scale_heads(root: Element) -> dict[tuple[str, int], dict[str, str]]:
    """Return the heads of the two scales of arrays that have two: (id of the question, 0 or 1) -> texts."""
    found: dict[tuple[str, int], dict[str, str]] = {}
    for row in _rows(root, "question_attributes"):
        scale = {"dualscale_headerA": 0, "dualscale_headerB": 1}.get(row.get("attribute", ""))
        if scale is not None and (text := bare(row.get("value", ""))):
            found.setdefault((row.get("qid", ""), scale), {})[row.get("language") or "fr"] = text
    return found


def _children(questions: list[Row]) -> list[Row]:
    return [r for r in questions if r.get("parent_qid", "0") not in ("", "0")]


def _once(rows: list[Row]) -> list[Row]:
    """Return each question once: older files repeat it in every language."""
    return list({r["qid"]: r for r in reversed(rows)}.values())[::-1]


def _under(survey: _Survey, row: Row, scale: str = "0") -> list[tuple[str, dict[str, str]]]:
    """Return code and texts of the sub-questions of a question, in order."""
    own = [r for r in survey.subquestions if r.get("parent_qid") == row["qid"] and (r.get("scale_id") or "0") == scale]
    own.sort(key=lambda r: _number(r, "question_order"))
    return [(r["title"], survey.question_texts.get(r["qid"], {})) for r in own]


def _codes(survey: _Survey, row: Row, scale: str = "0") -> dict[int | str, dict[str, str]]:
    found: dict[str, tuple[int, dict[str, str]]] = {}
    for answer in survey.answers:
        if answer.get("qid") == row["qid"] and (answer.get("scale_id") or "0") == scale:
            told = survey.answer_texts.get((row["qid"], scale, answer["code"]), {})
            found.setdefault(answer["code"], (_number(answer, "sortorder"), texts(told, answer["code"])))
    codes = {code: text for code, (_, text) in sorted(found.items(), key=lambda pair: pair[1][0])}
    whole = bool(codes) and all(re.fullmatch(r"0|[1-9]\d*", c) for c in codes)
    return {int(c) if whole else c: text for c, text in codes.items()}


def _filters(survey: _Survey) -> dict[str, Filter]:
    """Return the variables that relevance may name: question codes, `Q_SQ`, and `sidXgidXqid` of older surveys."""
    known: dict[str, Filter] = {}
    for row in survey.questions:
        name, kind = slug(row["title"]), row["type"]
        codes: list[int | str] = []
        if kind in _LISTS:
            codes = [*_codes(survey, row)]
        elif kind in _OWN_ANSWERS:
            codes = [*_OWN_ANSWERS[kind]]
        elif kind in "MP":
            for code, _ in _under(survey, row):
                known[f"{row['title']}_{code}"] = Filter(name, item=slug(code))
            continue
        elif kind not in "N":
            continue
        found = Filter(name, codes)
        known[row["title"]] = found
        known[f"{row.get('sid', '')}X{row.get('gid', '')}X{row['qid']}"] = found
    return known


def _drafts(survey: _Survey, row: Row) -> list[Draft]:
    kind, name, column = row["type"], slug(row["title"]), row["title"]
    wording = texts(survey.question_texts.get(row["qid"], {}), row["title"])
    required = {"required": True} if row.get("mandatory") == "Y" and not row.get("relevance", "1").strip("1() ") else {}
    other = row.get("other") == "Y"
    base = {"name": name, "column": column, "wording": wording}
    if kind in _LISTS or kind in _OWN_ANSWERS:
        codes = dict(_OWN_ANSWERS.get(kind, {})) or _codes(survey, row)
        if other:
            codes = {str(c): t for c, t in codes.items()} | {"-oth-": _OTHER}
        if not codes:
            return []
        return [Draft({**base, "type": "likert" if kind == "5" else "single", **required, "codes": codes})]
    if kind in "MP":
        items = [
            {"name": slug(code), "label": texts(told, code), "column": f"{column}[{code}]"}
            for code, told in _under(survey, row)
        ]
        items += [{"name": "other", "label": _OTHER, "column": f"{column}[other]"}] if other else []
        return [Draft({**base, "type": "multiple", "items": items})] if items else []
    if kind in _ARRAYS or kind in _OWN_ARRAYS:
        codes = _OWN_ARRAYS.get(kind) or _codes(survey, row)
        return [_sub(base, code, told, {"type": "likert", "codes": codes}) for code, told in _under(survey, row)]
    if kind == "1":
        return _both_scales(survey, row, base)
    if kind == "R":
        return _ranks(survey, row, base)
    if kind in "K:;Q":
        return _many_cells(survey, row, base)
    simple = {"N": "number", "D": "date"}.get(kind)
    if simple:
        return [Draft({**base, "type": simple, **required})]
    if kind in _TEXTS:
        remark = hint("never_kept")
        return [Draft({**base, "type": "open", "role": "open_text"}, {"role": remark})]
    return []  # text displays, equations, files and language switches hold no answer


def _sub(base: dict[str, Any], code: str, told: dict[str, str], more: dict[str, Any], end: str = "") -> Draft:
    said = texts(told, code)
    wording = {lang: f"{t} [{said.get(lang, said['fr'])}]" for lang, t in base["wording"].items()}
    name = f"{base['name']}_{slug(code)}{slug(end) if end else ''}"
    column = f"{base['column']}[{code}]{end}"
    return Draft({**base, "name": name, "column": column, "wording": wording, "label": said, **more})


def _ranks(survey: _Survey, row: Row, base: dict[str, Any]) -> list[Draft]:
    """Return one question a rank: which answer stands there, the question being told with each."""
    codes = _codes(survey, row) or {code: texts(told, code) for code, told in _under(survey, row)}
    made = []
    for rank in range(1, len(codes) + 1):
        told = {"fr": f"Rang {rank}", "en": f"Rank {rank}"}
        draft = _sub(base, str(rank), told, {"type": "single", "codes": codes})
        draft.content["name"] = f"{base['name']}_rank{rank}"
        draft.content["label"] = {
            lang: f"{t} : {told[lang].lower()}" if lang == "fr" else f"{t}: {told[lang].lower()}"
            for lang, t in base["wording"].items()
        }
        made.append(draft)
    return made


def _both_scales(survey: _Survey, row: Row, base: dict[str, Any]) -> list[Draft]:
    """Return two questions a line of an array of two scales, each told with the head of its scale."""
    made = []
    for code, told in _under(survey, row):
        for scale in (0, 1):
            plain = {"fr": hint("titles.scale", n=scale + 1), "en": f"scale {scale + 1}"}
            head = survey.scale_heads.get((row["qid"], scale), plain)
            said = {lang: f"{t} ({head.get(lang, head.get('fr', ''))})" for lang, t in texts(told, code).items()}
            made.append(_sub(base, code, said, {"type": "likert", "codes": _codes(survey, row, str(scale))},
                             f"[{scale + 1}]"))  # fmt: skip
    return made


def _many_cells(survey: _Survey, row: Row, base: dict[str, Any]) -> list[Draft]:
    """Return one number (or text) a cell of a multiple short input or of an array of inputs."""
    text = row["type"] in ";Q"
    more = {"type": "open", "role": "open_text"} if text else {"type": "number"}
    across = _under(survey, row, "1")
    cells = _under(survey, row)
    if row["type"] in ":;":
        cells = [
            (f"{code}_{other}", {lang: f"{t}] [{second.get(lang, other)}" for lang, t in told.items()})
            for code, told in cells
            for other, second in across
        ]
    return [_sub(base, code, told, dict(more)) for code, told in cells]
