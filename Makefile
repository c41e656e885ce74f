# One door for chores. On a fresh machine there is Python 3.11 or later and make; everything else is set up here.
#
#   make demo     a whole season on a virtual clock          make setup   the environment with all tools, in .venv
#   make test     all tests                                  make bench   the benchmarks
#   make check    format, lint, types, imports, drift        make soak    kills, faults and random seasons for hours
#   make wheel    builds the wheel and tries it elsewhere    make lock    new versions into requirements/
#   make mutants  changes the code; do tests notice?         make clean   removes what this file makes

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test check bench soak mutants lock wheel clean

# The first interpreter here that is new enough; `make PYTHON=/a/python …` names another.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for one in python3 python3.13 python3.12 python3.11; do \
	"$$one" -c '$(NEW_ENOUGH)' 2>/dev/null && echo "$$one" && break; done)

VENV := .venv
PY := $(VENV)/bin/python
# Compiling every file of every library takes longer than installing them; what is used is compiled when it is.
PIP := $(PY) -m pip --disable-pip-version-check --quiet install --no-compile
OURSELVES := --no-deps --no-build-isolation --editable .

help:
	@sed -n 's/^# *\(make .*\)/  \1/p' Makefile

# --- set-up: stamps in the environment, so that a second run starts at once ------------------------------------------

$(VENV)/pyvenv.cfg:
	@[ -n "$(PYTHON)" ] || { echo "Hoso needs Python 3.11 or later, and none is on the PATH." >&2; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "The venv module is not complete; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

# What runs, and the builder that puts the project itself in place. No test dependency.
$(VENV)/.runtime: $(VENV)/pyvenv.cfg pyproject.toml requirements/runtime.txt requirements/build.txt
	@echo "Installing what Hoso runs on"
	@$(PIP) --require-hashes -r requirements/runtime.txt -r requirements/build.txt
	@$(PIP) $(OURSELVES)
	@touch $@

# Tests and tools on top; the same versions, so it upgrades what `make demo` made.
$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	@echo "Installing what its tests and checks need"
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

setup: $(VENV)/.dev

# --- use -------------------------------------------------------------------------------------------------------------

demo: $(VENV)/.runtime
	@$(VENV)/bin/hoso demo $(DEMO)

# --- work ------------------------------------------------------------------------------------------------------------

# `make test TESTS=tests/store` runs a part, `make test PYTEST=-x` adds an option.
TESTS ?=
test: $(VENV)/.dev
	$(PY) -m pytest --numprocesses auto --dist worksteal $(PYTEST) $(TESTS)

# Drift: what is generated (schemas, catalogues, documents) against what is committed.
check: $(VENV)/.dev
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports --no-logo
	$(PY) -m pytest --quiet -m drift

bench: $(VENV)/.dev
	$(PY) -m benchmarks $(BENCH)

# What takes hours: processes and a server killed over and over, a disk that fails at every call, a million answers
# checked, random seasons. A memory disk with a gigabyte to spare is the quickest place for what dies.
SOAK_KILLS ?= 100000
SOAK_RESTARTS ?= 2000
SOAK_OPERATIONS ?= 1000000
SOAK_FOLDER ?= $(firstword $(wildcard /dev/shm) /tmp)
soak: $(VENV)/.dev
	@set -eu; away=$$(mktemp -d "$(SOAK_FOLDER)/hoso-XXXXXX"); trap 'rm -rf "$$away"' EXIT; \
	echo "Dying $(SOAK_KILLS) times on SQLite"; \
	$(PY) -m tests.kills "$$away/files" --kills $(SOAK_KILLS) --workers 2; \
	echo "Dying at every moment of every deed on PostgreSQL"; $(PY) -m tests.kills "$$away/server" --postgresql; \
	echo "Killing PostgreSQL itself $(SOAK_RESTARTS) times"; \
	$(PY) -m tests.restarts "$$away/restarts" --restarts $(SOAK_RESTARTS)
	@set -eu; away=$$(mktemp -d); trap 'rm -rf "$$away"' EXIT; mkdir "$$away/faults" "$$away/wire"; \
	echo "A disk that is full, fails or takes half, at every call"; $(PY) -m tests.faults "$$away/faults"; \
	echo "A wire to PostgreSQL that is cut, at every request"; $(PY) -m tests.faults.severed "$$away/wire"
	@set -eu; away=$$(mktemp -d); echo "Recording and checking $(SOAK_OPERATIONS) operations in $$away"; \
	$(PY) -m tests.races "$$away" $(SOAK_OPERATIONS); \
	$(PY) -m tests.races "$$away" $$(($(SOAK_OPERATIONS) / 10)) --postgresql; rmdir "$$away"
	$(PY) -m pytest tests/machine --hypothesis-profile=long

# Mutation testing (docs/reference/mutants.md); an hour on an idle core. `make mutants MUTANTS=again` tries the
# survivors again, `make mutants MUTANTS="show NAME"` shows one.
mutants: $(VENV)/.dev
	@nice -n 19 $(PY) -m tests.mutants $(MUTANTS)

# Universal: one file serves Python 3.11 to 3.13 on every system. Releases of the last week wait (they are withdrawn most
# often then). Hashes but no address: where packages come from is the installing machine's business.
LOCK := $(VENV)/lock
COMPILE := $(LOCK)/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 --exclude-newer P7D --upgrade \
	--generate-hashes --no-emit-index-url --no-annotate --no-header
lock: $(VENV)/pyvenv.cfg
	@[ -x $(LOCK)/bin/uv ] || { $(PY) -m venv $(LOCK) && $(LOCK)/bin/pip --quiet install uv; }
	$(COMPILE) pyproject.toml -o requirements/runtime.txt > /dev/null
	$(COMPILE) --group build -c requirements/runtime.txt -o requirements/build.txt > /dev/null
	$(COMPILE) pyproject.toml --group dev -c requirements/runtime.txt -c requirements/build.txt \
		-o requirements/dev.txt > /dev/null

# What a body installs: the built wheel alone, in an environment of its own, with the checkout out of sight.
wheel: $(VENV)/.runtime
	@rm -rf dist
	@$(PY) -m hatchling build --target wheel
	@set -eu; away=$$(mktemp -d); trap 'rm -rf "$$away"' EXIT; wheel=$$(ls "$$PWD"/dist/*.whl); \
	lock="$$PWD/requirements/runtime.txt"; $(PY) -m venv "$$away/venv"; cd "$$away"; \
	pip="venv/bin/python -m pip --disable-pip-version-check --quiet install --no-compile"; \
	$$pip --require-hashes -r "$$lock"; \
	$$pip --no-deps --no-index "$$wheel"; \
	for line in "--help" "plans list" "demo"; do echo "hoso $$line"; \
		env -u HOSO_DB HOME="$$away" XDG_DATA_HOME="$$away/data" venv/bin/hoso $$line > said.txt || { cat said.txt; \
			echo "The installed wheel cannot run: hoso $$line" >&2; exit 1; }; done; \
	echo "The wheel runs on its own: $$(basename "$$wheel")"

clean:
	rm -rf $(VENV) build dist mutants .coverage .coverage.* htmlcov .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
