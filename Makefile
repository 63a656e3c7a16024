# The project's commands. `make report` and `make test` do all the set-up they need.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= python3
EVAL ?= bretagne-cybercommunes
DATA ?=
RENDERER ?= auto
DOCX ?=
VENV := .venv
BIN := $(VENV)/bin
export MPLCONFIGDIR := $(CURDIR)/build/.matplotlib
export IPYTHONDIR := $(CURDIR)/build/.ipython
export PYTHONHASHSEED := 0
export OPENBLAS_NUM_THREADS := 1
# compiled modules and tests are kept: every process and every tier would compile them again
unexport PYTHONDONTWRITEBYTECODE

PIP_INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input

.PHONY: help report all-reports check test test-slow test-browser test-spark lint format docs wheel lock quarto spark bench audit clean setup setup-dev

help:
	@echo "make report [EVAL=name] [DATA=folder] [DOCX=1]   set up, then run an evaluation (default: $(EVAL))"
	@echo "make all-reports                         every shipped evaluation, and a page that leads to them"
	@echo "make check  [EVAL=name] [DATA=folder]   read and validate the received files only"
	@echo "make test | test-slow | test-browser    the test tiers; make test-spark after make spark"
	@echo "make lint | format | docs | wheel | lock | quarto | spark | bench | audit | clean"

# --- set-up: done once, again only when a lock file changes -----------------------------------
$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "error: Python 3.11 or newer is needed as '$(PYTHON)'. On Debian or Ubuntu: sudo apt install python3 python3-venv make" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "error: Python's venv module is missing. On Debian or Ubuntu: sudo apt install python3-venv" >&2; exit 1; }
	@echo "Setting up .venv (once, about a minute)"
	@rm -rf $(VENV) && $(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: requirements.lock pyproject.toml $(VENV)/.created
	@echo "Installing the locked dependencies"
	@$(PIP_INSTALL) --require-hashes -r requirements.lock
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "Installing the locked test dependencies"
	@$(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

setup: $(VENV)/.runtime
setup-dev: $(VENV)/.dev

# --- the main job ------------------------------------------------------------------------------
report: $(VENV)/.runtime
	@$(BIN)/python -m pipeline report $(EVAL) $(if $(DATA),--data "$(DATA)") --renderer $(RENDERER) $(if $(DOCX),--docx)

# every shipped evaluation that simulates what it receives, then a page that leads to them
SHIPPED = $(patsubst surveys/%/truth.yaml,%,$(wildcard surveys/*/truth.yaml))
all-reports: $(VENV)/.runtime
	@for name in $(SHIPPED); do $(BIN)/python -m pipeline report $$name --renderer $(RENDERER) || exit 1; done
	@$(BIN)/python -m pipeline index

check: $(VENV)/.runtime
	@$(BIN)/python -m pipeline check $(EVAL) $(if $(DATA),--data "$(DATA)")

# --- tests -------------------------------------------------------------------------------------
lint: $(VENV)/.dev
	$(BIN)/ruff check pipeline tests benchmarks docs data/reference
	$(BIN)/ruff format --check pipeline tests benchmarks docs data/reference
	$(BIN)/mypy pipeline
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix pipeline tests benchmarks docs data/reference
	$(BIN)/ruff format pipeline tests benchmarks docs data/reference

test: lint
	$(BIN)/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder -m "not slow and not browser"

test-slow: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m slow

# SITES="folder ..." tries sites that were built before too
test-browser: $(VENV)/.dev
	$(if $(SITES),PIPELINE_SITES="$(SITES)") $(BIN)/python -m pytest -m browser

test-spark: $(VENV)/.dev
	$(BIN)/python -m pytest -m slow -k spark tests/ingest/attendance/test_streamed.py

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

# is what is installed what was locked; with ADVISORIES=folder, a copy of known weaknesses, is any of it among them
audit: $(VENV)/.dev
	$(BIN)/python -m tests.audit $(if $(ADVISORIES),--advisories "$(ADVISORIES)")

# --- the documentation (build/docs/index.html), links checked; the wheel and the source archive (build/dist)
docs: $(VENV)/.runtime
	$(BIN)/python -m docs

wheel: $(VENV)/.runtime
	$(BIN)/python -m hatchling build -d build/dist

# --- upkeep ------------------------------------------------------------------------------------
lock: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet uv
	printf 'hatchling\neditables\n' > build/build-backend.in
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml build/build-backend.in --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev pyproject.toml build/build-backend.in --constraints requirements.lock --output-file requirements-dev.lock

quarto: $(VENV)/.runtime
	@echo "quarto-cli fetches Quarto's own binary from its publisher while it installs"
	$(BIN)/python -m pip install quarto-cli

# 400 MB; it runs on Java 17 (Debian: openjdk-17-jre-headless)
spark: $(VENV)/.runtime
	$(PIP_INSTALL) --editable ".[spark]"

# sites stay: published editions are kept below them
clean:
	rm -rf build
