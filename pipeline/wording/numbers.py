"""Numbers and dates as statisticians of a language write them; its marks and words stand in ``wording/<lang>.py``.

French follows the *Lexique des règles typographiques en usage à l'Imprimerie nationale*: decimal comma,
narrow no-break space (U+202F) between thousands and before %, no-break space (U+00A0) after a sign and before
a unit word, minus U+2212. Rounding is half away from zero on the decimal writing of the number, as
readers do.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from decimal import ROUND_UP, Decimal

from pipeline.errors import PipelineError
from pipeline.results.rounding import digits, halfway
from pipeline.results.rounding import rounded as rounded
from pipeline.results.time import begin, ends, is_span
from pipeline.wording.language import of

NARROW = "\u202f"
NO_BREAK = "\u00a0"
MINUS = "\u2212"

#: Measures whose rates are percentages (the measure "rate" is a response rate, between 0 and 1).
_PERCENT_MEASURES = ("share", "rate", "coverage")
#: Measures of means that are differences, written « + 2,0 ».
DIFFERENCES = ("mean_shift", "mean_gap")
#: Measures of ratios that are relative changes, written « + 5 % ».
CHANGES = (
    "evolution",
    "effect",
    "trend",
    "season",
    "level_change",
    "slope_change",
    "gap_by_type",
    "minimum_detectable",
    "bias",
)
#: Decimals of means and rates by measure, where one decimal is not the right grain.
_DECIMALS = {"per_inhabitant": 2, "per_space": 0, "revenue": 2}
#: Amounts that people declare, in whole euros: cents would claim a precision that no answer has.
_WHOLE_EUROS = ("median", "mean_truncated", "turnbull", "kristrom")


def decimal(value: float, lang: str = "fr", decimals: int = 0, signed: bool = False) -> str:
    """Return a plain number: « 1 850 », « 2,6 », « + 38 », « − 4 »; "1,850", "+38" in English."""
    language, number = of(lang), rounded(value, decimals)
    whole, _, rest = f"{abs(number):,.{max(decimals, 0)}f}".partition(".")
    text = whole.replace(",", language.THOUSANDS) + (f"{language.DECIMAL}{rest}" if rest else "")
    sign = MINUS if number < 0 else "+" if signed and number > 0 else ""
    return f"{sign}{language.SIGN_GAP}{text}" if sign else text


def share(value: float, lang: str = "fr", decimals: int | None = None) -> str:
    """Return a share between 0 and 1 as « 48 % » or "48%", « 42,5 % » where it stands halfway."""
    percent = scaled(value)
    return _percent(decimal(percent, lang, digits(percent) if decimals is None else decimals), lang)


def evolution(value: float, lang: str = "fr", decimals: int | None = None) -> str:
    """Return a relative change (0.05) as « + 5 % »; one decimal under 2 %."""
    percent = scaled(value)
    grain = digits(percent, _grain(percent)) if decimals is None else decimals
    return _percent(decimal(scaled(value), lang, grain, signed=True), lang)


def points(value: float, lang: str = "fr", signed: bool = True, decimals: int | None = None) -> str:
    """Return a difference of shares in percentage points: « + 9 points », « − 1,8 point » (singular under 2).

    One decimal under 2 points unless ``decimals`` says otherwise; ``signed=False`` drops the sign.
    """
    grain = digits(value, _grain(value)) if decimals is None else decimals
    shown = rounded(value, grain)
    text = decimal(value if signed else abs(value), lang, grain, signed=signed)
    return f"{text}{NO_BREAK}{_point_word(abs(shown), lang)}"


def count(value: float, lang: str = "fr") -> str:
    """Return a count with its thousands apart: « 12 480 »."""
    return decimal(value, lang)


def mean(value: float, lang: str = "fr", decimals: int | None = None) -> str:
    """Return a mean or a rate: « 2,6 »."""
    return decimal(value, lang, digits(value, 1) if decimals is None else decimals)


def score(value: float, lang: str = "fr") -> str:
    """Return a net recommendation score between -100 and +100: « + 38 », never a percentage."""
    return decimal(value, lang, digits(value), signed=True)


def euro(value: float, lang: str = "fr", decimals: int | None = None) -> str:
    """Return euros: « 5 284 000 € », « 1,80 € »; cents under 100 euros when there are any."""
    if decimals is None:
        decimals = 2 if abs(value) < 100 and rounded(value, 2) != rounded(value, 0) else 0
    return of(lang).euros(decimal(value, lang, decimals))


#: From where an amount is told in millions, and the digits of a smaller one that are told.
_MILLION, _DIGITS = 1e6, 3


def about(value: float, unit: str, lang: str = "fr") -> str | None:
    """Return a large amount or count as one says it: « 5,5 M€ », « 133 000 € », « 30 700 »; None of a small one."""
    size = abs(value)
    if unit not in ("euro", "count") or size < 10**_DIGITS:
        return None
    if unit == "euro" and size >= _MILLION:
        text = decimal(value / _MILLION, lang, 0 if rounded(value / _MILLION, 1) % 1 == 0 else 1)
        return of(lang).millions(text)
    grain = 10 ** (math.floor(math.log10(size)) + 1 - _DIGITS)
    told = float(rounded(value / grain) * grain)
    return euro(told, lang) if unit == "euro" else count(told, lang)


def respondents(value: float, lang: str = "fr") -> str:
    """Return « n = 1 850 »."""
    return f"n{NO_BREAK}={NO_BREAK}{count(value, lang)}"


def interval(
    lower: float,
    upper: float,
    unit: str = "share",
    lang: str = "fr",
    *,
    measure: str = "",
    decimals: int | None = None,
) -> str:
    """Return « entre 45 % et 52 % » or « entre + 5 et + 14 points ».

    Decimals are added (to two) when both bounds would read the same, or when a bound of an interval that
    leaves out zero would read zero, so that the text never says more or less than the interval. A bound halfway
    between two numbers is told outward.
    """
    grain = 0 if decimals is None else decimals
    if decimals is None:
        grain = interval_decimals(lower, upper, unit, measure)
    lower, upper = outward(lower, upper, grain + (2 if _as_percentage(unit, measure) else 0))
    first, last = of(lang).BETWEEN
    if unit == "point":
        low = decimal(lower, lang, grain, signed=True)
        high = points(upper, lang, decimals=grain)
    else:
        low = estimate(lower, unit, lang, measure=measure, decimals=grain)
        high = estimate(upper, unit, lang, measure=measure, decimals=grain)
    return f"{first} {low} {last} {high}"


def bracket(low: str, high: str, lang: str = "fr") -> str:
    """Return two numbers as written between brackets: « [21 ; 27] »."""
    return f"[{low}{of(lang).SEMICOLON}{high}]"


def outward(lower: float, upper: float, decimals: int) -> tuple[float, float]:
    """Return the bounds of an interval so that rounding to so many decimals takes those that stand halfway outward."""
    dust = 10.0 ** -(decimals + 4)
    return lower - dust * halfway(lower, decimals), upper + dust * halfway(upper, decimals)


def _as_percentage(unit: str, measure: str) -> bool:
    return unit == "share" or (unit == "ratio" and measure in CHANGES) or measure in _PERCENT_MEASURES


def interval_decimals(lower: float, upper: float, unit: str, measure: str = "") -> int:
    """Return the decimals that an interval needs to be told truthfully, see :func:`interval`."""
    decimals = _base_decimals(unit, measure)
    low, high = (scaled(lower), scaled(upper)) if _as_percentage(unit, measure) else (lower, upper)
    excludes_zero = unit in ("point", "ratio", "score") and low * high > 0
    for grain in range(decimals, 3):
        a, b = (rounded(v, grain) for v in outward(low, high, grain))
        if a != b and not (excludes_zero and a * b == 0):
            return grain
    return decimals


def decimals_within(value: float, lower: float, upper: float, unit: str, measure: str = "") -> int | None:
    """Return the decimals that print a number inside its interval as that is printed; None where its own do.

    21.3 % with an interval of 21.2 to 21.4 % would read 21 %, outside it.
    """
    if not (math.isfinite(lower) and math.isfinite(upper) and lower <= value <= upper):
        return None
    change = unit == "ratio" and measure in CHANGES
    shown, low, high = (scaled(v) if _as_percentage(unit, measure) else v for v in (value, lower, upper))
    own = _grain(shown) if unit == "point" or change else _base_decimals(unit, measure)
    grain = interval_decimals(lower, upper, unit, measure)
    if grain <= own:
        return None
    first, last = (rounded(end, grain) for end in outward(low, high, grain))
    return None if first <= rounded(shown, digits(shown, own)) <= last else grain


def estimate(value: float, unit: str, lang: str = "fr", *, measure: str = "", decimals: int | None = None) -> str:
    """Return a result in its unit (those of the results table); ``measure`` settles what a unit leaves open.

    A ratio is a relative change when the measure is one of ``CHANGES`` (« + 5 % »), else a plain number; a rate
    is a percentage when the measure is ``rate`` or ``share``, else a number per something.
    """
    base = _base_decimals(unit, measure)
    grain = digits(value, base) if decimals is None else decimals
    if unit == "point":
        return points(value, lang, decimals=decimals)
    if unit == "ratio" and measure in CHANGES:
        return evolution(value, lang, decimals)
    if unit == "share" or (unit in ("rate", "ratio") and measure in _PERCENT_MEASURES):
        return share(value, lang, (base or None) if decimals is None else decimals)
    if unit == "euro":
        return euro(value, lang, 0 if decimals is None and measure in _WHOLE_EUROS else decimals)
    if unit == "score":
        return decimal(value, lang, grain, signed=True)
    if unit == "month":
        return month(value, lang)
    text = decimal(value, lang, grain, signed=measure in DIFFERENCES)
    return f"{text}{NO_BREAK}km" if unit == "km" else text


def bound(value: float, unit: str, lang: str = "fr", *, measure: str = "") -> str:
    """Return a size that a number does not pass, without a sign and rounded up: 2.93 is less than « 3,0 »."""
    change = unit == "ratio" and measure in CHANGES
    grain = _grain(scaled(value)) if change else _base_decimals(unit, measure)
    percent = change or unit == "share" or measure in _PERCENT_MEASURES
    step = Decimal(1).scaleb(-grain - 2 * percent)
    up = Decimal(repr(round(float(value), 9))).quantize(step, rounding=ROUND_UP)
    return estimate(float(up), unit, lang, measure=measure).lstrip(f"+{NO_BREAK}")


def date(day: dt.date | str, lang: str = "fr") -> str:
    """Return « 31 décembre 2006 », « 1er janvier 2003 »; "31 December 2006" in English."""
    moment = _day(day)
    return f"{_day_month(moment, lang)} {moment.year}"


def dates(first: dt.date | str, last: dt.date | str, lang: str = "fr") -> str:
    """Return « du 17 novembre au 12 décembre 2003 », year and month said once when they are the same."""
    a, b = _day(first), _day(last)
    if b < a:
        raise PipelineError("a period ends before it begins", found=f"{a} to {b}")
    start = date(a, lang)
    if a.year == b.year:
        start = _day_month(a, lang) if a.month != b.month else _ordinal(a.day, lang)
    return of(lang).days(start, date(b, lang))


def period(text: str, lang: str = "fr") -> str:
    """Return a period of the results table in words: « 2006 », « 2003 à 2006 », « 31 décembre 2006 »."""
    if is_span(text):
        first, last = ends(text)
        return f"{period(first, lang)} {of(lang).TO} {period(last, lang)}"
    if not begin(text):
        return text
    parts = text.split("-")
    if len(parts) == 3:
        return date(text, lang)
    if len(parts) == 2 and len(parts[1]) == 2 and parts[1].isdigit():
        return _month_year(dt.date(int(parts[0]), int(parts[1]), 1), lang)
    if len(parts) == 2:
        return of(lang).quarter(_dated(text, "QQQQ", lang), parts[0])
    return text


def short_period(text: str, lang: str = "fr") -> tuple[str, str]:
    """Return a period as an axis says it, and its year apart where it is part of one: « T2 », « 2024 »."""
    parts = text.split("-")
    if not begin(text) or len(parts) != 2:
        return period(text, lang), ""
    return _dated(text, "LLL" if parts[1].isdigit() else "QQQ", lang), parts[0]


def _dated(text: str, form: str, lang: str) -> str:
    """Return the first day of a period in a form of Babel's."""
    from babel.dates import format_date

    return format_date(begin(text), form, locale=of(lang).LOCALE)


def month(number: float, lang: str = "fr") -> str:
    """Return a month of the calendar, counted from 1, by its name: « octobre »."""
    from babel.dates import format_date

    return format_date(dt.date(2000, int(number), 1), "LLLL", locale=of(lang).LOCALE)


def listing(items: Iterable[str], lang: str = "fr", word: str | None = None) -> str:
    """Return « a, b et c »; ``word`` replaces « et »."""
    words = list(items)
    link = word or of(lang).AND
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {link} {words[-1]}" if words else ""


def scaled(value: float) -> float:
    """Return a share as a percentage, not yet rounded.

    0.57 * 100 is 56.99999999999999 in binary, and a limit of 56.5 would round down: the decimal point is shifted.
    """
    return float(Decimal(repr(float(value))).scaleb(2)) if math.isfinite(value) else value


def _percent(text: str, lang: str) -> str:
    return f"{text}{of(lang).PERCENT}"


def _grain(value: float) -> int:
    return 0 if abs(rounded(value, 1)) >= 2 or rounded(value, 1) == 0 else 1


def _point_word(shown: Decimal, lang: str) -> str:
    language = of(lang)
    return language.POINT[language.is_plural(shown)]


def _base_decimals(unit: str, measure: str) -> int:
    if measure in _DECIMALS:
        return _DECIMALS[measure]
    if unit in ("mean", "km") or (unit == "rate" and measure not in _PERCENT_MEASURES):
        return 1
    return 2 if unit in ("ratio", "odds_ratio", "coefficient") and measure not in (*CHANGES, *_PERCENT_MEASURES) else 0


def _day(day: dt.date | str) -> dt.date:
    if isinstance(day, str):
        try:
            return dt.date.fromisoformat(day)
        except ValueError as error:
            raise PipelineError("a date is not a day of the calendar", found=day, allowed="YYYY-MM-DD") from error
    return day


def _ordinal(day: int, lang: str) -> str:
    return of(lang).FIRST if day == 1 else str(day)


def _day_month(moment: dt.date, lang: str) -> str:
    from babel.dates import format_date

    return f"{_ordinal(moment.day, lang)} {format_date(moment, 'MMMM', locale=of(lang).LOCALE)}"


def _month_year(moment: dt.date, lang: str) -> str:
    from babel.dates import format_date

    return format_date(moment, "MMMM y", locale=of(lang).LOCALE)
