# What people type. `make help` lists it. Needs Python 3.11 or newer, make and a shell.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq
PYTEST_ARGS ?=
# Tests that start the whole system, or time it: they have the machine to themselves. The others use every core.
ALONE := demo faults journeys operating

export PIP_ROOT_USER_ACTION := ignore

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench catalogs lock clean

help:
	@echo "make demo    start everything on this machine; FRESH=1 starts over, VERBOSE=1 shows all logs"
	@echo "make test    install what the tests need and run all checks and tests (PYTEST_ARGS=... for pytest)"
	@echo "make lint    style, types and import contracts only"
	@echo "make bench   measure webhooks, 500 calls at once, offers, the form, the search and the way to delivery"
	@echo "make lock    resolve the dependencies anew into lock/"
	@echo "make clean   remove .venv, caches and compiled catalogs; the demo's data stays"
	@echo "PYTHON=/path/to/python3.12 chooses the Python that .venv is made with."

demo: $(VENV)/.installed-demo catalogs
	@$(BIN)/hotline demo up $(if $(filter-out 0,$(FRESH)),--fresh) $(if $(filter-out 0,$(VERBOSE)),--verbose)

test: $(VENV)/.installed-all catalogs
	@$(BIN)/python scripts/browser.py
	@$(MAKE) --no-print-directory lint
ifeq ($(strip $(PYTEST_ARGS)),)
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile $(addprefix --ignore=tests/,$(ALONE))
	@$(BIN)/python -m pytest $(addprefix tests/,$(ALONE))
else
	@$(BIN)/python -m pytest $(PYTEST_ARGS)
endif

lint: $(VENV)/.installed-all
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet || { $(BIN)/ruff format --check; exit 1; }
	@$(BIN)/mypy --no-error-summary
	@said="$$($(BIN)/lint-imports --no-logo 2>&1)" || { echo "$$said"; exit 1; }
	@echo "Style, types and import contracts hold."

bench: $(VENV)/.installed-all catalogs
	@$(BIN)/python -m scripts.bench

# Compiled catalogs are not kept in the repository.
catalogs:
	@$(BIN)/python scripts/compile_catalogs.py

# Dependencies are installed only when a lock file has changed, and always with their hashes checked.
$(VENV)/.installed-demo: lock/demo.txt lock/build.txt pyproject.toml | $(BIN)/python
	@echo "Installing the dependencies of the demonstration."
	@$(PIP) install --require-hashes -r lock/build.txt -r lock/demo.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-all: lock/all.txt lock/build.txt pyproject.toml | $(BIN)/python
	@echo "Installing all dependencies, those of the tests too."
	@$(PIP) install --require-hashes -r lock/build.txt -r lock/all.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.installed-demo

$(BIN)/python:
	@python="$$(PYTHON="$(PYTHON)" sh scripts/find-python.sh)" && \
		echo "Making $(VENV) with $$python." && \
		"$$python" -m venv $(VENV)

# all.txt first: the smaller lists take the same versions.
UV := .cache/lock/bin/uv
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header
lock: | $(BIN)/python
	@test -x $(UV) || { $(BIN)/python -m venv .cache/lock && .cache/lock/bin/python -m pip --quiet install uv; }
	@$(COMPILE) pyproject.toml --all-extras $(if $(UPGRADE),--upgrade) -o lock/all.txt
	@$(COMPILE) pyproject.toml --extra demo -c lock/all.txt -o lock/demo.txt
	@$(COMPILE) pyproject.toml -c lock/all.txt -o lock/base.txt
	@$(COMPILE) lock/build.in -o lock/build.txt
	@echo "Wrote lock/. UPGRADE=1 also moves to the newest versions that pyproject.toml allows."

clean:
	@rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info
	@find hotline ivr screening_forms workers -name '*.mo' -delete
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
