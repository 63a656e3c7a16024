"""Which tests run on one worker of pytest-xdist: those that share what takes long to build."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# how long an example takes says how busy the machine is, not whether the property holds
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

ROOT = Path(__file__).parents[1]
#: The folder whose tests share one built site.
SITE = "tests/acceptance"
#: Fixtures of a session that take seconds: the modules of a folder that use one stay together.
SHARED = ("brittany",)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out the tests of a module together, or every worker would build what they share.

    Slow tests are handed out one by one, but for the modules that build a site of their own. (Marks of pytest-xdist's
    own groups do nothing under pytest 9, which keeps the names of tests elsewhere.)
    """
    from xdist.scheduler import LoadScopeScheduling

    slow = config.getoption("markexpr") == "slow"

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            module = nodeid.split("::")[0]
            if not slow:
                return together(module)
            own = module.startswith(SITE) and 'scope="module"' in text_of(module)
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
