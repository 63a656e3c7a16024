"""The site that stands and the printings that it keeps: read by their manifests alone, before anything dear is loaded.

A site whose evaluation says since when it is published (``published:``, and no draft) is kept below ``editions/`` of
the one that takes its place: whole, with its manifest.
"""

from __future__ import annotations

import json
import os
import shutil
from html import escape
from pathlib import Path
from typing import Any

from pipeline import provenance
from pipeline.errors import PublishError
from pipeline.evaluation import Evaluation
from pipeline.evaluation.printings import printing

MANIFEST = "manifest.json"
#: Below the site: a folder for each printing that is kept.
FOLDER = "editions"
_LEDGER = "data/ledger.csv"
_HOME = "index.html"


class Publication:
    """A published site, as its manifest tells it.

    Raises
    ------
    PublishError
        When the folder holds no published site.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self.manifest = read_manifest(folder / MANIFEST)
            settings = self.manifest["settings"]
            self.edition = int(settings["edition"])
            self.printing = printing(self.edition, len(settings.get("errata") or ()))
            self.is_published = settings.get("status") == "final" and settings.get("published") is not None
            self.languages: list[str] = list(settings.get("languages") or ())
        except (OSError, ValueError, KeyError, TypeError):
            raise PublishError(
                "this is not the folder of a published site",
                where=str(folder),
                found=f"no {MANIFEST} that can be read",
                allowed=f"a folder with {MANIFEST} and {_LEDGER}, as `report` writes under reports/_site/",
                action="give the folder of the earlier site, or publish the evaluation first (pipeline report)",
            ) from None

    @property
    def ledger_file(self) -> Path:
        """Return the ledger of the site."""
        return self.folder / _LEDGER

    def home(self, lang: str) -> str:
        """Return the home of the site in one of its languages, below its folder."""
        return _HOME if lang == self.languages[0] else f"{lang}/{_HOME}"


def read_manifest(path: Path) -> dict[str, Any]:
    """Return the content of a manifest."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def standing(evaluation: Evaluation) -> Publication | None:
    """Return the site that stands; None without one, or where its manifest is spoiled: then it is made again."""
    try:
        return Publication(evaluation.site)
    except PublishError:
        return None


def earlier_sites(evaluation: Evaluation) -> dict[str, Publication]:
    """Return the published printings, by name, that stand here and are others than the one that is made."""
    folders = (path.parent for path in sorted((evaluation.site / FOLDER).glob(f"*/{MANIFEST}")))
    found = {folder.name: Publication(folder) for folder in folders}
    here = standing(evaluation)
    if here is not None and here.is_published:
        found[here.printing] = here
    found.pop(evaluation.settings.printing, None)
    return dict(sorted(found.items()))


def homes(name: str, publication: Publication) -> dict[str, str]:
    """Return the home of a printing that is kept, below the site that keeps it, in each of its languages."""
    return {lang: f"{FOLDER}/{name}/{publication.home(lang)}" for lang in publication.languages}


def put_beside(evaluation: Evaluation, site: Path) -> None:
    """Put the printings that are kept below a site that is about to stand; their files are linked, not copied."""
    beside = earlier_sites(evaluation)
    for name, publication in beside.items():
        _link(publication.folder, site / FOLDER / name)
        if (publication.folder / f"{FOLDER}.html").is_file():
            # its own page leads to those before it, which stand beside it now
            for other in (other for other in beside if other < name):
                _lead_on(site / FOLDER / name / FOLDER / other, other, publication)


def _link(folder: Path, target: Path) -> None:
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if relative.parts[0] == FOLDER:
            continue
        if path.is_dir():
            (target / relative).mkdir(parents=True)
            continue
        (target / relative).parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(path, target / relative)
        except OSError:
            # a file system without links, or another one
            shutil.copyfile(path, target / relative)


def _lead_on(folder: Path, name: str, publication: Publication) -> None:
    """Write pages that lead from below a printing to one that stands beside it."""
    for lang in publication.languages:
        home = publication.home(lang)
        way = "../" * (3 + home.count("/")) + f"{name}/{_HOME}"
        page = folder / home
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(
            f'<!DOCTYPE html>\n<html lang="{escape(lang)}">\n<head>\n<meta charset="utf-8">\n<title>{name}</title>\n'
            f'<meta http-equiv="refresh" content="0; url={way}">\n</head>\n'
            f'<body>\n<main><h1><a href="{way}">{name}</a></h1></main>\n</body>\n</html>\n',
            encoding="utf-8",
        )


def digests(site: Path) -> dict[str, str]:
    """Return the digest of every file of a site, the printings that it keeps aside."""
    parts = [path.name for path in sorted(site.iterdir()) if path.name != FOLDER]
    return provenance.tree_digests(site, parts)
