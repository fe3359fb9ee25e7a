# Set-up and checks. A fresh machine needs python3 (>= 3.11, with venv) and make; nothing else.
# Every path below is relative, so that a checkout may lie in a folder with a space in its name.
.DEFAULT_GOAL := help
PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
# What the set-up depends on, in the stamp's name: a second `make` compares one file name and installs nothing.
# The folder is part of it, for a venv does not survive being moved.
KEY := $(shell { cat requirements.lock pyproject.toml; pwd; } | cksum | tr ' ' '-')
STAMP := $(VENV)/.ready-$(KEY)
JOBS ?= 2
# No matrix here is large enough for more: threads of a linear algebra library that wait for each other took half of all judging's time.
export OPENBLAS_NUM_THREADS ?= 1
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input

.PHONY: help setup packages demo test test-slow test-kernel lint population bench texts test-mf4 lock clean mutate bench-rig screens install-pi drawings bench-panel

help:
	@echo "make demo        set up, test a healthy and a faulty lock, say where the reports lie"
	@echo "make test        set up and run all checks"
	@echo "make test-kernel the same drivers and stops on a real kernel with CAN, GPIO and I2C, in a guest (NATIVE=1: on this machine's)"
	@echo "make test-slow   the long checks: fuzzing, the whole stop matrix, a Pi's set-up in clean Debian roots (root); about 10 minutes on two cores"
	@echo "make population  how often the verdict is right, over many simulated locks (QUICK=1: 500 of them, under 3 minutes; PART=i/n: a part of it)"
	@echo "make bench       what reading a recording costs, beside a C parser and python-can (QUICK=1: a tenth of it)"
	@echo "make test-mf4    the tests of the extra mdf, in a set-up of its own"
	@echo "make texts       add the sentences that a language lacks to bench/locale/*.po"
	@echo "make bench-rig   what the two processes of a rig do under load, and how soon the feed is off whatever dies (QUICK=1)"
	@echo "make bench-panel what the panel costs: share of a core, memory, first page (QUICK=1: once instead of three times)"
	@echo "make mutate      changes the guard in 700 ways; a test must notice each"
	@echo "make screens     take the README's pictures of the panel anew (needs chromium)"
	@echo "make install-pi  on a Raspberry Pi, as root: service, watchdog, kiosk, CAN that only listens (ARGS=--dry-run shows it)"
	@echo "make drawings    draw harness and schematic of each rig anew, with parts list and assembly order (needs graphviz)"
	@echo "make lock        renew requirements.lock from pyproject.toml"

setup: $(STAMP)

# A half-made or moved venv is made anew; a whole one only gets what has changed.
$(STAMP):
	@set -e; python=; if test -n "$(PYTHON)"; then set -- "$(PYTHON)"; else set -- python3 python3.13 python3.12 python3.11; fi; \
	for found in "$$@"; do \
	  if test -z "$$python" && "$$found" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python="$$found"; fi; \
	done; \
	if test -z "$$python"; then \
	  echo "lockbench needs Python 3.11 or newer; $$1 is $$("$$1" --version 2>/dev/null || echo missing). Name one: make PYTHON=/path/to/python3.12" >&2; exit 1; \
	fi; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
	  echo "$$python has no venv or no ensurepip. On Debian, Ubuntu and Raspberry Pi OS: sudo apt install python3-venv; then run make again." >&2; exit 1; \
	fi; \
	if ! { test "$$(cat $(VENV)/.made-in 2>/dev/null)" = "$$(pwd)" && $(BIN)/python -m pip --version; } >/dev/null 2>&1; then \
	  echo "making $(VENV) with $$("$$python" --version)"; \
	  "$$python" -m venv --clear $(VENV); pwd > $(VENV)/.made-in; \
	fi; \
	echo "installing what requirements.lock names (once)"; \
	$(PIP) --require-hashes -r requirements.lock; \
	$(PIP) --no-build-isolation --no-deps -e .; \
	rm -f $(VENV)/.ready-*; touch $@

demo: setup
	@$(BIN)/python -m tests.demo

# Debian's own programs for the tests that use real ones: installed where that is allowed, else named
packages:
	@sh tests/machine/packages.sh

# The hundreds of processes that the tests start find the house compiled, and none of them keeps byte code: one whose disk is full by
# intent would leave half a file, which ends every later start
test: export PYTHONDONTWRITEBYTECODE := 1
test: setup packages lint
	@$(BIN)/python -m compileall -q -f bench tests
	@$(BIN)/python -m pytest -q -n $(JOBS) --dist worksteal -m "not slow" --ignore tests/stop
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal -m "not slow" tests/stop --ignore tests/stop/test_stop_panel.py  # mostly waits
	@$(BIN)/python -m pytest -q -m "not slow" tests/stop/test_stop_panel.py  # twenty screens: whatever runs beside is what it would measure

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

test-slow: setup packages
	@$(BIN)/python -m pytest -q -n $(JOBS) -m slow --durations 10 --ignore tests/stop tests
	@$(BIN)/python -m pytest -q -m slow --durations 10 tests/stop  # in real time, with nothing beside it, as in `make test`

# Debian, root: a kernel is built once and kept in $XDG_CACHE_HOME; elsewhere it says why it cannot, and ends well
test-kernel: setup
	@$(BIN)/python -m tests.kernel $(if $(NATIVE),--native) $(ARGS)

population: setup
	@$(BIN)/python -m tests.population $(if $(QUICK),--quick) $(if $(PART),--part $(PART)) $(ARGS)

bench: setup
	@$(BIN)/python tests/speed/costs.py $(if $(QUICK),--quick) $(ARGS)

# asammdf slows `import can` eightfold, so that it has a set-up of its own, with the other's packages behind it
test-mf4: setup
	@test -x .cache/mf4/bin/python || { python3 -m venv .cache/mf4 && .cache/mf4/bin/python -m pip install -qq --disable-pip-version-check 'asammdf>=7.4'; }
	@$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' > "$$(.cache/mf4/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/beside.pth"
	@PYTHONPATH=. .cache/mf4/bin/python -m pytest -q -p no:cacheprovider -W ignore::pytest.PytestUnraisableExceptionWarning tests/canlog/test_mf4.py tests/report/test_report_mf4.py

# Adds the sentences that a language lacks to its file, untranslated, and drops those that nobody says any more
texts: setup
	@$(BIN)/python -m tests.language.message_ids

# What dies when: loop period under load, edge to record, death to feed off for each cell of the stop matrix
bench-rig: setup
	@PYTHONPATH=tests/stop:. $(BIN)/python tests/stop/rig_figures.py $(if $(QUICK),--quick) $(ARGS)

# The third ring, changed in every way that mutmut knows: a test must notice (about ten minutes; survivors: tests/engine/mutants.md)
mutate: setup
	@sh tests/engine/mutate.sh

screens: setup
	@$(BIN)/python tests/web/take_screens.py

# Harness, schematic, parts list and assembly order of each rig, out of wiring/*/circuit.toml (WireViz needs Graphviz: apt install graphviz)
drawings: setup
	@$(BIN)/python tests/wiring/make_drawings.py

# A rig's own list has the very versions that the tests ran with
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11
PI := firmware-notes/pi
# What the panel costs: processor, memory, first page; and with twenty screens and a hostile one
bench-panel: setup
	@$(BIN)/python tests/web/panel_cost.py $(if $(QUICK),--quick) $(ARGS)

lock: setup
	@$(PIP) uv
	@$(COMPILE) --group dev pyproject.toml -o requirements.lock
	@$(COMPILE) -c requirements.lock --extra panel --extra pdf --extra dtc --extra pi pyproject.toml $(PI)/also.in -o $(PI)/requirements.lock
	@echo hatchling | $(COMPILE) -c requirements.lock - -o $(PI)/build.lock

# Needs no set-up: a fresh Raspberry Pi OS has what it takes. See firmware-notes/pi-from-zero.md
install-pi:
	@sh $(PI)/install.sh install $(ARGS)

clean:
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .cache
