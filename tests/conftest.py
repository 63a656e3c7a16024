"""What tests of all folders share, and which of them run on one worker of pytest-xdist for it."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests import shared_builds

# how long an example takes says how busy the machine is, not whether the property holds
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

# what the terminal says is met in English, whatever the locale of the machine
os.environ["LC_ALL"] = "C.UTF-8"

ROOT = Path(__file__).parents[1]
#: The folder whose tests share one built site.
SITE = "tests/acceptance"
#: The folder whose modules share no more than a copied project: its slow tests are many, and handed out one by one.
APART = "tests/cases"
#: Fixtures of a session that take seconds: the modules of a folder that use one stay together.
SHARED = ("brittany",)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out the tests of a module together, or every worker would build what they share.

    Slow tests are handed out one by one, but for the modules whose tests share something. (Marks of pytest-xdist's own
    groups do nothing under pytest 9, which keeps the names of tests elsewhere.)
    """
    from xdist.scheduler import LoadScopeScheduling

    slow = config.getoption("markexpr") == "slow"

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            module = nodeid.split("::")[0]
            if not slow:
                return together(module)
            own = 'scope="module"' in text_of(module) and not module.startswith(APART)
            return module if own else nodeid

    return Together(config, log)


@functools.cache
def text_of(module: str) -> str:
    """Return the source of a module of tests."""
    return (ROOT / module).read_text(encoding="utf-8")


def together(module: str) -> str:
    """Return the group of a module of tests: the built site, a shared fixture of its folder, or itself."""
    if module.startswith(SITE):
        return SITE
    used = next((name for name in SHARED if name in text_of(module)), None)
    return module if used is None else f"{'/'.join(module.split('/')[:2])} with {used}"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project whose miniature evaluation has been simulated and published; tests only read it."""
    return shared_builds.once(tmp_path_factory, "built", shared_builds.publish_miniature)


@pytest.fixture(scope="session")
def default(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project whose default evaluation has been simulated and published; tests only read it."""
    return shared_builds.once(tmp_path_factory, "default", shared_builds.publish_default)


@pytest.fixture(scope="session")
def barometre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project whose Baromètre has been published from its real answers; tests only read it."""
    return shared_builds.once(tmp_path_factory, "barometre", shared_builds.publish_barometre)
