"""Names of territories inside sentences: « du pays de Vannes », « dans le pays d'Auray »."""

from __future__ import annotations

from dataclasses import asdict, dataclass

#: What a form of a name is called in the labels mapping, below the key of the place.
_SUFFIXES = {"label": "", "name": ":name", "the": ":the", "of": ":de", "at": ":a", "within": ":dans"}


@dataclass(frozen=True)
class Forms:
    """A territory's names: ``name`` (title), ``label`` (charts), and the forms after prepositions.

    ``the`` is the name with its article, as a subject (« le pays de Vannes »); ``of``, ``at`` and ``within`` follow
    « de », « à » and « dans ».
    """

    name: str
    label: str
    the: str
    of: str
    at: str
    within: str

    def labels(self, key: str) -> dict[str, str]:
        """Return the forms under the keys of labels: ``pays=03``, ``pays=03:de``..."""
        return {f"{key}{_SUFFIXES[name]}": text for name, text in asdict(self).items()}
