# Vedette. `make help` lists what there is.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
JOBS   ?= 2

.DEFAULT_GOAL := help
.PHONY: help run install test lint types imports suite bench soak clean

help:  ## List the targets
	@echo "Vedette: watch the wires, tell the desk"
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.ready  ## Start the bot (the demo wire; `make run CONFIG=DIR` runs a real folder)
	@$(BIN)/vedette run $(if $(CONFIG),--config $(CONFIG))

install: $(VENV)/.ready  ## Build the private environment in .venv

test: $(VENV)/.ready-dev lint types imports suite  ## Lint, types, import rules and the whole suite

lint: $(VENV)/.ready-dev  ## ruff: lint and format check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.ready-dev  ## mypy, strict, tests included
	$(BIN)/mypy

imports: $(VENV)/.ready-dev  ## Who may import whom
	$(BIN)/lint-imports

suite: $(VENV)/.ready-dev  ## pytest
	$(BIN)/pytest -n $(JOBS)

bench: $(VENV)/.ready-bench  ## Side-by-side benchmarks, printed as ratios
	$(BIN)/python -m tests.bench

soak: $(VENV)/.ready-dev  ## Thousands of local feeds of which some always fail, for ten minutes; then 2,000 over TLS
	$(BIN)/python -m tests.bench soak tls

clean:  ## Remove the environment and the caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Vedette needs Python 3.11 or newer; try: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@echo "Building the private environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: pyproject.toml constraints.txt | $(VENV)/bin/python
	@$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/.ready-dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	@$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.ready

$(VENV)/.ready-bench: pyproject.toml constraints.txt | $(VENV)/bin/python
	@$(PIP) install -c constraints.txt -e '.[dev,bench]'
	@touch $@ $(VENV)/.ready $(VENV)/.ready-dev
