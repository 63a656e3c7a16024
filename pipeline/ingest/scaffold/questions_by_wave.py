"""How the questions of several waves are one: which are the same, and how their columns, codes and items changed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

import yaml

from pipeline.ingest.lexicon import folded, lexicon
from pipeline.ingest.recode import TICKED
from pipeline.ingest.scaffold.given import Given
from pipeline.ingest.scaffold.scales import FEWEST, scale_of
from pipeline.ingest.scaffold.waves import Survey
from pipeline.ingest.scaffold.words import bare_words
from pipeline.ingest.tools.draft import Draft, drafting_language, hint
from pipeline.ingest.tools.headers import plain
from pipeline.ingest.values import distinct, text_of
from pipeline.instrument import ORIGINAL

#: What 1, 0 and 2 mean of a question of yes and no, and the same in English.
_YES_NO = {1: "oui", 0: "non", 2: "non"}
_ENGLISH = {"oui": {"yes", "y"}, "non": {"no", "n"}}
#: Wordings so alike may be one question; shorter ones tell nothing.
CLOSE, _LONG_ENOUGH = 0.75, 15


def questions_of_waves(waves: Sequence[tuple[str, list[Draft]]]) -> list[Draft]:
    """Return one list of questions over several waves, with the columns that changed and the waves that lack each.

    Questions are the same when they have one column, one wording, or one name. The last wave gives wording and codes;
    codes that only another wave has are added, to be reviewed.
    """
    out: dict[str, Draft] = {}
    held: dict[str, dict[str, Draft]] = {}
    for wave, drafts in reversed(waves):
        taken: set[str] = set()
        for draft in drafts:
            name = next((n for n, d in out.items() if n not in taken and _same_question(d, draft)), None)
            if name is None:
                name = draft.name
                while name in out:
                    name += f"_{wave}"
                draft.content["name"] = name
                out[name] = draft
            taken.add(name)
            held.setdefault(name, {})[wave] = draft
    names = [w for w, _ in waves]
    for name, draft in out.items():
        _history(draft, held[name], names)
    _propose_matches(out, held)
    _columns_apart(out, held)
    return list(out.values())


def _columns_apart(drafts: dict[str, Draft], held: dict[str, dict[str, Draft]]) -> None:
    """Name a column that two questions of different waves have in each of these waves alone for the older of them."""
    named: dict[str, str] = {}
    for name, draft in sorted(drafts.items(), key=lambda each: max(held[each[0]]), reverse=True):
        own = draft.content
        columns = [str(i["column"]) for i in own.get("items", []) if "column" in i] or [str(own.get("column", name))]
        if "items" not in own and columns[0] in named:
            for wave in held[name]:
                own.setdefault("waves", {}).setdefault(wave, {}).setdefault("column", columns[0])
            own.pop("column", None)
        named |= dict.fromkeys(columns, name)


def _propose_matches(drafts: dict[str, Draft], held: dict[str, dict[str, Draft]]) -> None:
    """Say of a question which one of other waves may be the same: the same answers, and nearly the same words."""
    for name, draft in drafts.items():
        for other in (o for n, o in drafts.items() if n != name and held[n].keys().isdisjoint(held[name])):
            if max(held[name]) < max(held[other.name]):
                continue
            recode = {} if _alike(draft, other) else _of_satisfaction(draft, other, list(drafts.values()))
            if recode is None:
                continue
            own: dict[str, Any] = {"column": str(other.content.get("column", other.name))}
            own |= {"recode": recode} if recode else {}
            if other.content["wording"][ORIGINAL] != draft.content["wording"][ORIGINAL]:
                # other words: the questionnaire gives them, and a person says whether answers may be compared
                own |= {"wording": {drafting_language(): other.content["wording"][ORIGINAL]}, "comparable": True}
            said = yaml.safe_dump(
                own, default_flow_style=True, allow_unicode=True, sort_keys=False, width=math.inf
            ).strip()
            history = ", ".join(f"'{wave}': {said}" for wave in sorted(held[other.name]))
            draft.review["waves"] = hint("same", name=other.name, history=f"{{{history}}}")


def _of_satisfaction(draft: Draft, other: Draft, asked: Sequence[Draft]) -> dict[str, Any] | None:
    """Return how the answers to another question of overall satisfaction are those of one; None where they are not.

    Both say so in their words, each is the only one of its waves that does, and they have as many answers, in order.
    """
    about = [d for d in asked if _rates_all(d)]
    if about not in ([draft, other], [other, draft]):
        return None
    scales = []
    for each in (other, draft):
        codes = each.content["codes"]
        order = scale_of([label["fr"] for label in codes.values()])
        by_label = {label["fr"]: code for code, label in codes.items()}
        ordered = sorted(codes) if all(isinstance(c, int) for c in codes) else None
        scales.append([by_label[label] for label in order] if order else ordered)
    theirs, ours = scales
    if theirs is None or ours is None or len(theirs) != len(ours):
        return None
    return dict(zip(theirs, ours, strict=True))


def _rates_all(draft: Draft) -> bool:
    """Return whether a closed question asks by its words how satisfied somebody is."""
    words = folded(f"{draft.content.get('column', draft.name)} {draft.content['wording']['fr']}")
    closed = draft.content["type"] in ("single", "likert") and len(draft.content.get("codes", {})) >= FEWEST
    return closed and any(word in words for word in lexicon("scales")["satisfaction"])


def _alike(one: Draft, other: Draft) -> bool:
    answers = [{plain(t["fr"]) for t in d.content.get("codes", {}).values()} for d in (one, other)]
    if one.content["type"] != other.content["type"] or answers[0] != answers[1]:
        return False
    this, that = (plain(d.content["wording"]["fr"]) for d in (one, other))
    if min(len(this), len(that)) < _LONG_ENOUGH:
        return False
    return SequenceMatcher(None, this, that, autojunk=False).ratio() >= CLOSE


def _same_question(one: Draft, other: Draft) -> bool:
    kinds = {one.content["type"], other.content["type"]}
    if "multiple" in kinds and len(kinds) > 1:
        return False
    wordings = plain(one.content["wording"]["fr"]), plain(other.content["wording"]["fr"])
    columns = [str(d.content.get("column", d.name)).casefold() for d in (one, other)]
    bare = [plain(bare_words(d.content["wording"]["fr"])) for d in (one, other)]
    same = any(a == b and (len(a) > 3 or (len(a) == 3 and a.isalpha())) for a, b in (wordings, bare))
    return columns[0] == columns[1] or same or one.name == other.name


def _history(draft: Draft, by_wave: dict[str, Draft], names: Sequence[str]) -> None:
    history: dict[str, Any] = {}
    own = str(draft.content.get("column", draft.name))
    for wave in names:
        other = by_wave.get(wave)
        if other is None:
            history[wave] = {"asked": False}
        elif other is not draft and draft.content["type"] == "multiple":
            _same_items(draft, other, wave, history)
            if other.content.get("ticked") != draft.content.get("ticked"):
                history.setdefault(wave, {})["ticked"] = other.content.get("ticked") or list(TICKED)
            if other.content.get("separator") != draft.content.get("separator"):
                history.setdefault(wave, {})["separator"] = other.content["separator"]
        elif other is not draft:
            column = str(other.content.get("column", other.name))
            if column != own:
                history[wave] = {"column": column}
            if recode := _same_codes(draft, other, wave):
                history.setdefault(wave, {})["recode"] = recode
    if draft.content["type"] == "multiple":
        _with_all_items(draft, {wave: by_wave[wave] for wave in names if wave in by_wave})
    for wave, other in by_wave.items():
        _offered(draft, other, history.setdefault(wave, {}))
    history = {wave: history[wave] for wave in names if history.get(wave)}
    if history:
        draft.content["waves"] = history
        draft.review["waves"] = hint("matched")


def _own_code(own: dict[Any, Any], code: Any, label: dict[str, str]) -> Any:
    """Return the code that another wave's answer has here: answers typed as text are one by their label."""
    if code in own or not isinstance(code, str):
        return code
    return next((c for c, t in own.items() if folded(t["fr"]) == folded(label["fr"])), code)


def _with_all_items(draft: Draft, by_wave: dict[str, Draft]) -> None:
    """Give a question the items of all its waves, and say of each which waves did not offer it."""
    items = draft.content["items"]
    offered = {w: {plain(i["label"]["fr"]) for i in d.content["items"]} for w, d in by_wave.items()}
    for item in [i for d in by_wave.values() if d is not draft for i in d.content["items"]]:
        if plain(item["label"]["fr"]) not in {plain(i["label"]["fr"]) for i in items}:
            names = {i["name"] for i in items}
            items.append(
                {**item, "name": item["name"] if item["name"] not in names else f"{item['name']}_{len(items)}"}
            )
    for item in items:
        if absent := [w for w, labels in offered.items() if plain(item["label"]["fr"]) not in labels]:
            item["_absent"] = absent
    if lacking := sorted({w for i in items for w in i.get("_absent", [])}):
        draft.review["items"] = hint("absent", wave=", ".join(lacking))


def _offered(draft: Draft, other: Draft, history: dict[str, Any]) -> None:
    """Say which answers a wave offered where it did not offer all: what it never offered is not 0 % there."""
    codes, theirs = draft.content.get("codes", {}), other.content.get("codes", {})
    held = [c for c in codes if c in theirs]
    if theirs and held and len(held) < len(codes):
        history["codes"] = held


def asked_by_wave(draft: Draft, given: Given, survey: Survey) -> None:
    """Say of a question in a file of several waves in which of them it was not asked, and which answers each offered.

    A question, or a box, that is blank in a whole wave was not asked in it; an answer that a wave never holds is not
    taken for one that nobody chose there.
    """
    waves = given.column(str(survey.wave_column))
    assert waves is not None
    own = waves.examples.map(text_of)
    rows = {w.name: (own == str(survey.codes[w.name])).to_numpy(dtype=bool) for w in survey.waves}
    if draft.content["type"] == "multiple" and not {"separator", "slots"} & set(draft.content):
        return _boxes_by_wave(draft, given, rows)
    column = given.column(str(draft.content.get("column", draft.name)))
    if column is None:
        return
    history: dict[str, Any] = {}
    for wave, at in rows.items():
        met = {folded(t) for t in map(text_of, distinct(column.examples[at]).values) if t}
        codes = draft.content.get("codes", {})
        held = [c for c, label in codes.items() if met & {folded(str(c)), folded(label["fr"])}]
        if not met:
            history[wave] = {"asked": False}
        elif held and len(held) < len(codes):
            history[wave] = {"codes": held}
    _told(draft, history)


def _boxes_by_wave(draft: Draft, given: Given, rows: dict[str, Any]) -> None:
    held: dict[str, list[str]] = {}
    for item in draft.content["items"]:
        column = given.column(str(item["column"]))
        assert column is not None
        held[item["name"]] = [w for w, at in rows.items() if column.examples[at].map(text_of).notna().any()]
    asked = {w for waves in held.values() for w in waves}
    for item in draft.content["items"]:
        waves = held[item["name"]]
        if set(waves) < asked:
            item["waves"] = waves
            draft.review["items"] = hint("items")
    _told(draft, {w: {"asked": False} for w in rows if w not in asked})


def _told(draft: Draft, history: dict[str, Any]) -> None:
    if history:
        draft.content["waves"] = history
        draft.review["waves"] = hint("held")


def _same_codes(draft: Draft, other: Draft, wave: str) -> dict[Any, Any]:
    """Add the answers of another wave to those of a question, and return which of its codes are which of its own."""
    own, theirs = draft.content.get("codes", {}), other.content.get("codes", {})
    recode = _by_label(own, theirs) if own else {}
    theirs = {recode.get(c, _own_code(own, c, label)): label for c, label in theirs.items()}
    other.content["codes"] = theirs
    led = set(recode.values())
    differing = [c for c in theirs if c not in own or (c not in led and plain(own[c]["fr"]) != plain(theirs[c]["fr"]))]
    if differing:
        draft.content["codes"] = {**theirs, **own}
        said = ", ".join(str(c) for c in differing)
        draft.review["codes"] = hint("differ", wave=wave, said=said)
    if other.content.get("missing"):
        known = draft.content.get("codes", {})
        extra = {c: r for c, r in other.content["missing"].items() if c not in known}
        draft.content["missing"] = {**extra, **draft.content.get("missing", {})}
    return recode


def _by_label(own: dict[Any, Any], theirs: dict[Any, Any]) -> dict[Any, Any]:
    """Return number of another wave -> code of a question, where each of its numbers is one of its answers.

    « 1 = oui » is « oui », or « O » where no other answer begins so; without labels 1 is yes, 0 or 2 no.
    """
    found: dict[Any, Any] = {}
    for code, label in theirs.items():
        if not isinstance(code, int):
            return {}
        said = _YES_NO.get(code, "") if label["fr"] == str(code) else folded(label["fr"])
        texts = {c: folded(t["fr"]) for c, t in own.items() if isinstance(c, str)}
        same = [c for c, t in texts.items() if t == said]
        same = same or [c for c, t in texts.items() if said and 1 in (len(t), len(said)) and t[0] == said[0]]
        same = same or [c for c, t in texts.items() if said in _YES_NO.values() and t in _ENGLISH[said]]
        found |= {code: same[0]} if len(same) == 1 else {}
    return found if len(found) == len(theirs) == len(set(found.values())) else {}


def _same_items(draft: Draft, other: Draft, wave: str, history: dict[str, Any]) -> None:
    own = {plain(i["label"]["fr"]): i for i in draft.content["items"]}
    columns = {}
    for item in other.content["items"]:
        match = own.get(plain(item["label"]["fr"]))
        if match is not None and item.get("column") != match.get("column"):
            columns[match["name"]] = item["column"]
    if columns:
        history[wave] = {"items": columns}
