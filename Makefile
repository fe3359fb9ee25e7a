# Set-up and checks. A fresh machine needs python3 (>= 3.11, with venv) and make; nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready-$(shell cat requirements.lock pyproject.toml 2>/dev/null | cksum | tr ' ' '-')
JOBS ?= 2

.PHONY: help setup demo test test-slow lint population lock clean

help:
	@echo "make demo        set up, test a healthy and a faulty lock, say where the reports lie"
	@echo "make test        set up and run all checks"
	@echo "make test-slow   the long checks: fuzzing and populations"
	@echo "make population  how often the verdict is right, over many simulated locks (QUICK=1: a subset under 3 minutes)"
	@echo "make lock        renew requirements.lock from pyproject.toml"

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("lockbench needs Python 3.11 or newer, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || { $(PYTHON) -m venv --clear $(VENV) && echo "made $(VENV)"; }
	@echo "installing what requirements.lock names (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@rm -f $(VENV)/.ready-* && touch $(STAMP)

demo: setup
	@$(BIN)/python -m tests.demo

test: setup lint
	@$(BIN)/python -m pytest -q -n $(JOBS) -m "not slow"

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

test-slow: setup
	@$(BIN)/python -m pytest -q -n $(JOBS) -m slow

population: setup
	@$(BIN)/python -m tests.population $(if $(QUICK),--quick) $(ARGS)

lock: setup
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 \
	  --group dev pyproject.toml -o requirements.lock

clean:
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
