"""An evaluation: its settings, its instruments and its paths."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.evaluation.brand import FILE as BRAND
from pipeline.evaluation.declared import SourceKind
from pipeline.evaluation.perimeter import Place, place_of
from pipeline.evaluation.printings import Erratum, Previous
from pipeline.evaluation.settings import PlanEntry, Settings, Wave
from pipeline.evaluation.sources import FileSpec, Source
from pipeline.instrument import Instrument


@dataclass(frozen=True)
class Evaluation:
    """An evaluation and where its files are. ``root`` is the project, ``data`` what was received.

    ``withheld`` are the entries of the plan, by their place in it, that need monthly counts where those received are of
    longer periods: they are not answered, and ``settings.plan`` is without them. ``as_read`` are the digests of
    declarations just before they were read, where who reads them takes them.
    """

    name: str
    root: Path
    data: Path
    settings: Settings
    instruments: dict[str, Instrument]
    withheld: dict[int, PlanEntry] = field(default_factory=dict)
    as_read: Mapping[Path, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Return the folder of the evaluation's declarations."""
        return self.root / "surveys" / self.name

    @property
    def build(self) -> Path:
        """Return the folder of everything the stages write."""
        return self.root / "build" / self.name

    @property
    def site(self) -> Path:
        """Return the folder of the published site."""
        return self.root / "reports" / "_site" / self.name

    @property
    def place(self) -> Place:
        """Return the perimeter, as the tables of places take it."""
        return place_of(self.settings.territory, self.folder)

    def stage(self, stage: str) -> Path:
        """Return the folder that a stage writes."""
        return self.build / stage

    def source(self, name: str) -> Source:
        """Return a source by name."""
        return next(s for s in self.settings.sources if s.name == name)

    def sources(self, kind: SourceKind) -> list[Source]:
        """Return the sources of a kind, in order."""
        return [s for s in self.settings.sources if s.kind == kind]

    def wave(self, name: str) -> Wave:
        """Return a wave by name."""
        return next(w for w in self.settings.waves if w.name == name)

    def received(self, spec: FileSpec) -> Path:
        """Return the path of a received file, which may not leave the data folder."""
        return self.data / spec.path

    @property
    def corrections(self) -> Path:
        """Return the file of corrections beside the received files; there may be none."""
        return self.data / "corrections.csv"

    def printings(self) -> list[Previous | Erratum]:
        """Return what readers hold already, in order: earlier editions, then this one before each correction."""
        return [*sorted(self.settings.previous, key=lambda p: p.edition), *self.settings.errata]

    def ledgers(self) -> list[Path]:
        """Return the ledgers of what readers hold already, in order."""
        return [self.folder / p.ledger for p in self.printings()]

    def manifests(self) -> list[Path]:
        """Return the manifests of what readers hold already, as far as they are declared."""
        return [self.folder / p.manifest for p in self.printings() if p.manifest]

    def age_band_labels(self) -> list[str]:
        """Return the age bands as `0-14`, `15-24`, ..., `60+`."""
        limits = self.settings.age_bands
        bands = [f"0-{limits[0] - 1}"] if limits[0] > 0 else []
        bands += [f"{a}-{b - 1}" for a, b in itertools.pairwise(limits)]
        return [*bands, f"{limits[-1]}+"]

    def received_files(self) -> list[Path]:
        """Return every received file that the evaluation declares."""
        codes = [self.data / s.comments.codes for s in self.settings.sources if s.comments]
        return [*(self.received(f) for s in self.settings.sources for f in s.every_file), *codes]

    def declaration_files(self) -> list[Path]:
        """Return evaluation.yaml, the instruments and, where they exist, truth.yaml, decisions.yaml and the brand."""
        files = [self.folder / "evaluation.yaml"]
        files += [self.folder / s.instrument for s in self.settings.sources]
        truth = self.folder / "truth.yaml"
        decided = self.folder / "decisions.yaml"
        territory = self.settings.territory
        steps = [step for source in self.settings.sources for step in source.weighting]
        files += [self.folder / name for step in steps for name in step.margin_files]
        files += [self.folder / name for name in (territory.units, territory.population) if name]
        if logo := self.settings.look.logo:
            files.append(self.folder / logo.file)
        if letters := self.settings.look.typeface:
            files += [self.folder / name for name in (letters.regular, letters.bold) if name]
        brand = self.folder / BRAND
        return [*dict.fromkeys(files), *(p for p in (truth, decided, brand) if p.is_file())]
