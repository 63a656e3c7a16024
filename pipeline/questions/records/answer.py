"""Records of what was done, one by one: loans, requests, sessions, months of a place; counted, not estimated.

What is counted is exhaustive where the file is: its coverage stands beside every number, and a change compares the
months that the file covers in both periods. Shares are of the records that say their category; a mean is of those
whose amount is known; a rate of use divides sums over the records where both are known.
"""

from __future__ import annotations

from pipeline.questions.context import Context
from pipeline.questions.entry import Entry
from pipeline.questions.records.periods import contrasted, detailed, periods
from pipeline.questions.records.reading import read_records
from pipeline.questions.records.rows import Writer
from pipeline.questions.records.settings import Settings as Settings
from pipeline.results import Result
from pipeline.results.measure import COUNT, EVOLUTION, MEAN, MEAN_SHIFT, SHARE, Measure, Relation

#: The kinds of numbers of this question.
MEASURES = (
    COUNT,
    SHARE,
    MEAN,
    EVOLUTION,
    MEAN_SHIFT,
    Measure("mean", "euro"),
    Measure("mean_shift", "euro", "signed", limit="difference", relation=Relation("difference", "mean")),
    Measure("total", "count"),
    Measure("total", "euro"),
    Measure("total", "mean"),
    Measure("used", "count"),
    Measure("offered", "count"),
    Measure("months", "count"),
    Measure("rate", "rate", "percent", relation=Relation("ratio", "used", "offered")),
    Measure("shift", "point", relation=Relation("difference", "share")),
)


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return counts, shares, totals, means and rates of use by time, unit and category, and their changes."""
    settings = entry.checked(Settings)
    records = read_records(context, entry, settings)
    told = periods(context, entry, records, settings)
    writer = Writer(context, entry, records)
    units = sorted({str(u) for u in records.unit if u is not None and u == u})
    made: list[Result] = []
    partial = any(period.is_partial for period in told)
    for period in told:
        for unit in (None, *units):
            made += writer.levels(writer.part(period, unit, period.covered))
        for cut in records.cuts:
            made += writer.levels(writer.part(period, None, period.covered, cut))
        made += [writer.said(period, cut) for cut in {next(iter(c.domain)): c for c in records.cuts}.values()]
        made += writer.covered(period, partial)
    made += [writer.shorter(period) for period in detailed(entry, records, settings)]
    pair = contrasted(entry, told, settings)
    if pair is not None:
        for unit in (None, *units):
            made += writer.changes(*pair, unit)
        for cut in records.cuts:
            made += writer.changes(*pair, None, cut)
        made += writer.compared(*pair)
    return made
