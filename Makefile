# Every target works from a fresh clone: Python 3.11, make and git are all it needs.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory --no-builtin-rules
.DEFAULT_GOAL := help

PYTHON ?= $(shell command -v python3.11 || command -v python3)
STAGE ?= embedded
BIN := .venv/bin
PY := $(BIN)/python
# Same tools, same environment, whatever the caller's shell has set.
export PYTHONPATH :=
# Tests that share nothing run in a process for each core. Those against a deployed stack stay with all that share it
# (tests/support/side_by_side.py); groups are handed out in order, what takes longest first.
SIDE_BY_SIDE := -n auto
TWO_STACKS := -n 2 --dist loadgroup --no-loadscope-reorder
FAST_TESTS := tests/simulation tests/unit tests/journals tests/guards
# They have passed for these very files: who checks and then tests waits for them once.
FAST_PASSED := build/fast-tests-$(shell git ls-files -coz --exclude-standard | sort -zu | (xargs -0 sha256sum 2>/dev/null) | sha256sum | cut -c1-16)
export AWS_PAGER :=
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help setup check format lint test run demo bench soak package deploy clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

setup: .venv/.ready .venv-checkov/.ready ## install the pinned tools into .venv (again only when the pins change)

.venv/.ready: requirements.lock requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info[:2] == (3, 11) else "Sunlit needs Python 3.11, the functions'"'"' runtime; name one with PYTHON=/path/to/python3.11")'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m infra.build.vendored
	@touch $@

.venv-checkov/.ready: requirements-checkov.lock
	@$(PYTHON) -m venv .venv-checkov
	@.venv-checkov/bin/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r requirements-checkov.lock
	@touch $@

lint: .venv/.ready ## ruff, mypy and import contracts only
	@$(BIN)/ruff check -q .
	@$(BIN)/ruff format -q --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

check: setup lint ## everything that needs no running stack: lint, templates, flows, unit and guard tests
	@$(PY) -m infra.build.check
	@$(BIN)/bandit -q -ll -c pyproject.toml -r app.py chalicelib infra
	@$(MAKE) $(FAST_PASSED)

test: .venv/.ready $(FAST_PASSED) ## every test, also against a deployed embedded stack
	@$(BIN)/pytest -q $(TWO_STACKS) tests/contract tests/journeys

$(FAST_PASSED): .venv/.ready
	@$(BIN)/pytest -q $(SIDE_BY_SIDE) $(FAST_TESTS)
	@rm -f build/fast-tests-*
	@mkdir -p $(@D) && touch $@

format: .venv/.ready ## rewrite the code in the house format
	@$(BIN)/ruff check -q --fix-only .
	@$(BIN)/ruff format -q .

run: .venv/.ready ## the sample city on http://127.0.0.1:8000; another port: PORT=8001, without its half year: EMPTY=1
	@$(PY) -m infra.local.run $(if $(PORT),--port $(PORT)) $(if $(EMPTY),--empty)

demo: .venv/.ready ## walk six cases through the public API, step by step
	@$(PY) -m infra.local.demo

bench: .venv/.ready ## what it costs: JSON lines of name, value, unit, goal; beside a revision: make bench BASE=REV
	@$(PY) -m tests.bench $(if $(BASE),--base $(BASE))

soak: .venv/.ready ## play N (10,000) random schedules of the flow protocol, and N of people over all flows: make soak N=500; then EACH (500) requests of every operation
	@$(PY) -m tests.simulation.soak $(or $(N),10000)
	@$(PY) -m tests.journeys.support.any_requests $(or $(EACH),500)

package: .venv/.ready ## build the function zip and the merged template for STAGE
	@$(PY) -m infra.build.package --stage $(STAGE)

deploy: .venv/.ready ## deploy STAGE with CloudFormation: make deploy STAGE=prod
	@$(PY) -m infra.deploy --stage $(STAGE) $(if $(ENDPOINT),--endpoint $(ENDPOINT))

clean: ## remove what was built (not .venv, not the embedded city's data)
	@rm -rf build .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -not -path './.venv*' -prune -exec rm -rf {} +
