# Needs Python 3.11 or later, git and make; everything else goes into .venv. On Windows: `make` from Git Bash.
SHELL := bash
.DEFAULT_GOAL := help

ifeq ($(OS),Windows_NT)
BASE ?= python
PYTHON := .venv/Scripts/python.exe
else
BASE ?= $(shell for python in python3.13 python3.12 python3.11 python3 python; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
PYTHON := .venv/bin/python
endif
READY := .venv/.ready
JOBS ?= 2

.PHONY: help demo test long quick confirm tools validators validators-all check lint crash bench schemas clean

help:  ## what can be made
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | while IFS="$$(printf '\t')" read -r target what; do printf '  make %-14s %s\n' "$$target" "$$what"; done

demo: $(READY)  ## phase 1 on a copy of a bundled sample
	@$(PYTHON) -m migrator demo

test: $(READY)  ## every test but the longest and those that need real repositories or real tools
	@$(PYTHON) -m pytest -m "not real and not confirm and not long" -n $(JOBS) --dist loadgroup

long: $(READY)  ## the longest: whole workflows, images, processes killed within whole phases, plans under other hash seeds
	@$(PYTHON) -m pytest -m long -n $(JOBS) --dist loadgroup

quick: $(READY)  ## the tests that take no time
	@$(PYTHON) -m pytest -m "not real and not slow and not confirm and not long" -n $(JOBS)

confirm: $(READY)  ## what the catalogue says of tools, asked of the tools (pip and npm packages into .cache)
	@$(PYTHON) -m pytest -m confirm -n $(JOBS)

tools: $(READY)  ## the real tools that are there in two minutes (pip and Debian packages into .cache): `make test` asks those it finds
	@$(PYTHON) -m tests.validators.tools

validators: tools  ## what is generated, judged by the real tools that are there
	@$(PYTHON) -m pytest -m validators -n $(JOBS)

validators-all: $(READY)  ## the same with scanners, npm packages and the provider of a cloud (600 MB more)
	@$(PYTHON) -m tests.validators.tools --all
	@$(PYTHON) -m pytest -m validators -n $(JOBS)

check: lint  ## lint, format, types, layers, architecture
	@$(PYTHON) -m pytest tests/architecture

lint: $(READY)  ## what of it needs no test
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy
	@$(PYTHON) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

crash: $(READY)  ## kill -9 at hundreds of instants
	@MIGRATE_CRASH_TRIALS=$${MIGRATE_CRASH_TRIALS:-400} $(PYTHON) -m pytest tests/crash -n $(JOBS)

bench: $(READY)  ## speed against the peers, as ratios; needs real repositories (see bench/README.md)
	@$(PYTHON) -m pip install --quiet --editable ".[dev,bench]" && $(PYTHON) -m bench

schemas: $(READY)  ## write docs/*.schema.json and docs/compose-keys.md anew
	@$(PYTHON) -m migrator.report.schemas docs
	@$(PYTHON) -m migrator.facts.landscape.compose.keys > docs/compose-keys.md

clean:  ## remove the environment
	rm -rf .venv

# A stamp, newer than what it was made from: the second time costs nothing.
$(READY): pyproject.toml
	@test -n "$(BASE)" || { echo "make needs Python 3.11 or later on PATH, or BASE=/path/to/python" >&2; exit 1; }
	@test -x $(PYTHON) || { echo "making .venv …"; $(BASE) -m venv .venv; }
	@echo "installing migrate and its tools …"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@touch $(READY)
