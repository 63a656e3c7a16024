"""What this edition is to those that readers hold: protected against them, explained where it replaces one, compared.

Readers hold in one hand what the site keeps beside the edition that is made, so that it must be among what ``previous``
and ``errata`` declare.
"""

from __future__ import annotations

import dataclasses

import pandas as pd

from pipeline import provenance, results
from pipeline.errors import PublishError
from pipeline.evaluation import Evaluation
from pipeline.evaluation.printings import Erratum, Previous, printing
from pipeline.protect import ledger
from pipeline.protect.revisions import changes_of, printed_in, printing_of
from pipeline.publish.annex.printings import FATES, Printing
from pipeline.results import LEDGER
from pipeline.stages.archive import MANIFEST, Publication, earlier_sites, homes, read_manifest, standing
from pipeline.stages.publications import causes_among, causes_of, differences, numbers_of
from pipeline.stages.publish import made_of

#: The changes of a printing that is told of by its site alone.
_NOTHING = pd.DataFrame({"fate": [], "result_id": [], "cause": []})


def refuse_unguarded(evaluation: Evaluation) -> None:
    """Refuse to put an edition beside one that it is not protected against, or that is later.

    Raises
    ------
    PublishError
        Naming the printing, and how to declare it.
    """
    beside = earlier_sites(evaluation)
    if not beside:
        return
    place = f"{evaluation.folder / 'evaluation.yaml'}, key edition"
    last = max(beside)
    if last > evaluation.settings.printing:
        raise PublishError(
            "a later edition than this one was published here",
            where=place,
            found=f"{evaluation.settings.printing}; {evaluation.site} holds {last}",
            allowed=f"an edition from {last} on, with `errata:` for what is corrected",
            action="make an earlier edition again in a folder of its own: the project as it was then",
        )
    declared = evaluation.ledgers()
    held = ledger.read(declared)
    known = set() if held is None else {name for told in held[ledger.EDITIONS].unique() for name in told.split()}
    digests = {provenance.file_digest(path) for path in declared}
    for name, publication in reversed(beside.items()):
        stands = publication.folder == evaluation.site
        if name in known and (not stands or provenance.file_digest(publication.ledger_file) in digests):
            continue
        raise PublishError(
            f"edition {name} was published here, and this one does not know what it printed and hid",
            where=f"{evaluation.folder / 'evaluation.yaml'}, key previous",
            found=[path.name for path in declared] or "no ledger",
            allowed=f"{publication.ledger_file}, byte for byte, among the ledgers of `previous` or `errata`",
            action=_how(evaluation, publication)
            + f"; if nobody holds edition {name}, remove {publication.folder} and run again",
        )


def refuse_unexplained(evaluation: Evaluation) -> None:
    """Refuse to replace numbers of a published edition by others of the same edition without an erratum.

    Raises
    ------
    PublishError
        Saying how many numbers differ, and how to declare the erratum.
    """
    before = standing(evaluation)
    name = evaluation.settings.printing
    if before is None or not before.is_published or before.printing != name:
        return
    now = printed_in(ledger.read_one(evaluation.stage("protect") / LEDGER), name)
    changes = changes_of(numbers_of(before), now)
    counts = changes.loc[changes["fate"] != "new", "fate"].value_counts()
    if counts.empty:
        return
    raise PublishError(
        f"edition {name} is published, and this run would replace numbers of it without an erratum",
        where=f"{evaluation.folder / 'evaluation.yaml'}, key errata",
        found=", ".join(f"{count:,} {fate}" for fate, count in counts.items()),
        allowed="the numbers that were published, or an erratum that says why they are others",
        action=_how(evaluation, before),
    )


def _how(evaluation: Evaluation, before: Publication) -> str:
    """Return how a printing is declared that readers hold."""
    folder = evaluation.folder.relative_to(evaluation.root)
    name = before.printing
    stands = {before.ledger_file: f"ledger-{name}.csv", before.folder / MANIFEST: f"manifest-{name}.json"}
    copies = "; ".join(f"cp {path} {folder}/{copy}" for path, copy in stands.items())
    files = f"ledger: ledger-{name}.csv, manifest: manifest-{name}.json"
    if before.edition == evaluation.settings.edition:
        return f"{copies}; errata: [{{{files}, corrected: DATE, reason: {{fr: ...}}}}]"
    return f"{copies}; previous: [{{edition: {before.edition}, {files}}}]"


def printings_of(evaluation: Evaluation) -> list[Printing]:
    """Return what readers hold already, in order, with what became of its numbers in those that are made."""
    declared = evaluation.printings()
    if not declared:
        return []
    now = ledger.read_one(evaluation.stage("protect") / LEDGER)
    table = results.read_once(evaluation.stage("protect") / "results.parquet").drop_duplicates(["quantity", "unit"])
    identifiers = table.set_index(["quantity", "unit"])["result_id"]
    beside = earlier_sites(evaluation)
    made = []
    for each in declared:
        name = _name(evaluation, each, now)
        of_it = beside.get(name)
        about = _fate(evaluation, now, name, each.manifest, identifiers)
        held = Printing(name, *about, homes(name, of_it) if of_it else {})
        if isinstance(each, Erratum):
            held = dataclasses.replace(held, corrected=each.corrected, reason=each.reason)
        made.append(held)
    # one that a correction replaced before an edition that readers hold: its ledger is in that of the last
    names = {each.name for each in made}
    others = [Printing(n, 0, _NOTHING, homes(n, each)) for n, each in beside.items() if n not in names]
    return sorted([*made, *others], key=lambda each: each.name)


def _name(evaluation: Evaluation, declared: Previous | Erratum, now: pd.DataFrame) -> str:
    """Return the name of a printing: of an earlier edition, the last one that its ledger knows."""
    if isinstance(declared, Previous):
        return printing_of(now, declared.edition) or str(declared.edition)
    return printing(evaluation.settings.edition, evaluation.settings.errata.index(declared))


def _fate(
    evaluation: Evaluation, now: pd.DataFrame, name: str, manifest: str | None, identifiers: pd.Series
) -> tuple[int, pd.DataFrame]:
    """Return how many numbers a printing shares with this one, and which of them became others, with their causes."""
    before, mine = printed_in(now, name), printed_in(now, evaluation.settings.printing)
    changes = changes_of(before, mine)
    changes = changes[changes["fate"].isin(list(FATES))].reset_index(drop=True)
    keys = pd.MultiIndex.from_frame(changes[["quantity", "unit"]])
    changes.insert(1, "result_id", identifiers.reindex(keys).fillna("").to_numpy())
    changes["cause"] = causes_of(changes, _differing_causes(evaluation, manifest))
    shown = before[before["quality"] != "suppress"].merge(mine, on=["quantity", "unit"])
    return len(shown), changes


def _differing_causes(evaluation: Evaluation, manifest: str | None) -> set[str] | None:
    """Return by what the numbers of a printing may have changed; None where its manifest is not declared."""
    if manifest is None:
        return None
    before = read_manifest(evaluation.folder / manifest)
    here = provenance.manifest(
        evaluation=evaluation.name, renderer=before["renderer"], outputs={}, git={}, **made_of(evaluation)
    )
    return causes_among(dict(differences(before, here)))
