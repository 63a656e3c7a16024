"""English: prepositions, lists, articles and agreement of the words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from pipeline.wording.grammar import capitalised
from pipeline.wording.language import Ages
from pipeline.wording.numbers import MINUS, NO_BREAK, listing
from pipeline.wording.territories import Forms
from pipeline.wording.vocabulary import Noun

CODE = "en"
LOCALE = "en"
TIMES = ("in", "since")
PLACES = {"the": "the", "of": "de", "in": "dans", "epci": "epci"}
GROUPS = {"among": "among", "when": "when", "of": "of", "the": "the", "with": "of"}
LISTS = ("and", "or", "nor", ";", ".")
NOUN_FORMS = ("a", "the", "of", "this")
DECIMAL, THOUSANDS = ".", ","
SIGN_GAP = ""
PERCENT = "%"
SEMICOLON, COLON = f";{NO_BREAK}", ": "
SPACED = False
BETWEEN = ("between", "and")
BESIDE_ZERO = ("just over", "just under")
UNADJUSTED = "before allowing for the number of comparisons"
TO = "to"
AND = "and"
POINT = ("point", "points")
FIRST = "1"
EXACT = "exhaustive count"
MORE_THAN = "more than"


_PARTS = {
    1 / 10: "one in ten",
    1 / 5: "one in five",
    1 / 4: "a quarter of",
    1 / 3: "a third of",
    1 / 2: "half of",
    2 / 3: "two thirds of",
    3 / 4: "three quarters of",
    4 / 5: "four in five",
    9 / 10: "nine in ten",
}


def euros(amount: str) -> str:
    """Return "€1.80", "−€4"."""
    return amount.replace(MINUS, f"{MINUS}€") if amount.startswith(MINUS) else f"€{amount}"


def millions(amount: str) -> str:
    """Return "€5.5 million"."""
    return f"€{amount}{NO_BREAK}million"


def days(first: str, last: str) -> str:
    """Return "from 17 November to 12 December 2003"."""
    return f"from {first} to {last}"


def fraction(fraction: float, nearly: int, noun: Noun, most: bool) -> tuple[str, bool]:
    """Return "nearly half of users", "one in five users"; the verb is plural."""
    more = "about" if fraction == 1 / 2 and not most else "just over"
    start = f"{'nearly' if nearly < 0 else more} " if nearly else ""
    return f"{start}{_PARTS[fraction]} {noun.many}", True


def most(plural: str) -> str:
    """Return "most users"."""
    return f"most {plural}"


def of_them(share: str, plural: str) -> str:
    """Return "43% of users"."""
    return f"{share} of {plural}"


def time(name: str, form: str, is_year: bool) -> str:
    """Return "in 2006", "since 2003"; a wave that is no year is called one."""
    return f"{form} {name}" if is_year else f"{form} wave {name}"


def between_waves(first: str, last: str, are_years: bool) -> str:
    """Return "between 2003 and 2006"; waves that are no years are called so."""
    return f"between {first} and {last}" if are_years else f"between waves {first} and {last}"


def period(said: str, form: str, is_day: bool) -> str:
    """Return "on 31 December 2006", "since 31 December 2003", "in October 2004", "in the 2nd quarter of 2024"."""
    if "quarter" in said:
        return f"{form} the {said}"
    return f"{'on' if is_day and form == 'in' else form} {said}"


def quarter(named: str, year: str) -> str:
    """Return "2nd quarter of 2024"."""
    return f"{named} of {year}"


def over(said: str) -> str:
    """Return "from 1998 to 2006"."""
    return f"from {said}"


def nearly_all(plural: str) -> str:
    """Return "nearly all inhabitants"."""
    return f"nearly all {plural}"


def beside_threshold(threshold: str, is_half: bool, form: str) -> str:
    """Return “more than half”, “below the threshold of 30% set beforehand”."""
    place = {"more": "above", "less": "below"}[form]
    return f"{form} than half" if is_half else f"{place} the threshold of {threshold} set beforehand"


def place(record: Mapping[str, object]) -> Forms:
    """Return the forms of a territory: of its English name where the record has one (``name_en``, ``the_en``)."""
    name = str(record["name"])
    label = str(record.get("label") or name)
    own, said = record.get("name_en"), record.get("the_en")
    if isinstance(own, str):
        the = said if isinstance(said, str) else own
        return Forms(own, own if label == name else label, the, f"of {the}", f"in {the}", f"in {the}")
    the = name if str(record.get("name_dans")).startswith("en ") else f"the {name}"
    return Forms(name, label, the, f"of {the}", f"in {the}", f"in {the}")


def age(ages: Ages | None, form: str) -> str:
    """Return "15-24", "aged 15 to 24", "those aged 15 to 24", "Under 15", "Age unknown"."""
    if ages is None:
        return {"": "Age unknown", "of": "of unknown age", "the": "those of unknown age"}[form]
    low, high = ages
    if form == "the":
        return f"those {age(ages, 'of')}"
    if high is None:
        return f"aged {low} and over" if form else f"{low} and over"
    if low == 0:
        return f"{'under' if form else 'Under'} {high + 1}"
    return f"aged {low} to {high}" if form else f"{low}-{high}"


def age_group(label: str, form: str) -> str:
    """Return "among those aged 15 to 24", "of those aged 15 to 24"."""
    return label if form == "the" else f"{'for' if form == 'when' else form} {label}"


def group(label: str, form: str) -> str:
    """Return "in the group “Retired”", "of “Retired”"; "of the content" of a label with its article."""
    if form in ("of", "with", "the") and label.startswith(("The ", "the ")):
        return f"t{label[1:]}" if form == "the" else f"{form} t{label[1:]}"
    before = {"among": "in the group", "of": "of", "the": "the group", "with": "with"}.get(form, "for the group")
    return f"{before} “{label}”"


def payer(name: str) -> Mapping[str, str]:
    """Return « the Region », « of the Region »."""
    the = name if name.startswith("the ") else f"the {name}"
    return {"the": the, "de": f"of {the}"}


def joined(items: Sequence[str], form: str) -> str:
    """Return "a, b and c", "a or b", "a nor b", "a; b", "A. B" of sentences."""
    if form == ".":
        return ". ".join(map(capitalised, items))
    return "; ".join(items) if form == ";" else listing(items, CODE, form)


def noun(noun: Noun, form: str) -> str:
    """Return a noun behind an article: "a user", "the user", "of the user", "this user"."""
    article = "an" if noun.elides else "a"
    return {
        "a": f"{article} {noun.one}",
        "the": f"the {noun.one}",
        "of": f"of the {noun.one}",
        "this": f"this {noun.one}",
    }[form]


def plural(noun: Noun, form: str) -> str:
    """Return "of users", "the users"."""
    return f"{'the' if form == 'le' else 'of'} {noun.many}"


def is_plural(shown: Decimal) -> bool:
    """Return whether a number takes the plural: all but one."""
    return abs(shown) != 1
