"""Modules that are loaded when something of theirs is first used.

great-expectations imports a plotting library and scipy's distributions for expectations that no rule is made of; they
are half of its import. Nothing changes but the moment: whoever uses them gets them.
"""

from __future__ import annotations

import importlib.util
import sys
import types
from typing import Any


class _Deferred(types.ModuleType):
    """A module that runs its code at the first look for a name it has not got.

    Unlike `importlib.util.LazyLoader`, which loads as soon as a second ``import`` reads ``__spec__``.
    """

    def __getattr__(self, name: str) -> Any:
        if type(self) is _Deferred:
            self.__class__ = types.ModuleType  # type: ignore[assignment]
            assert self.__spec__ is not None
            assert self.__spec__.loader is not None
            self.__spec__.loader.exec_module(self)
        return getattr(self, name)


def defer(*names: str) -> None:
    """Put off the loading of modules that this process has not imported yet (absent ones stay absent)."""
    for name in names:
        spec = None if name in sys.modules else importlib.util.find_spec(name)
        if spec is not None:
            module = importlib.util.module_from_spec(spec)
            module.__class__ = _Deferred
            sys.modules[name] = module
