# Two commands do everything: `make prove` and `make test`. They need Python 3.11+, make and the package registries.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

DOJO       := .venv-dojo
DOJO_STAMP := $(DOJO)/.installed

.PHONY: help prove test test-full test-dojo lint bench clean

help:
	@echo "make prove      set up everything and prove a sample of the bundled theorems"
	@echo "make test       the test suite, on real Lean"
	@echo "make test-full  the slow tests as well"
	@echo "make test-dojo  the lean-dojo backend, in an environment of its own"
	@echo "make lint       ruff, mypy, import contracts"
	@echo "make bench      measure; prints a table and writes bench.json"

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

prove: $(STAMP)
	$(BIN)/prover prove data/sample.lean --timeout 30 --out stepwise-runs/sample --fresh

test: $(STAMP)
	$(BIN)/python -m pytest -m 'not full'

test-full: $(STAMP) test-dojo
	$(BIN)/python -m pytest -m full

$(DOJO_STAMP): pyproject.toml constraints.txt
	test -x $(DOJO)/bin/python || $(PYTHON) -m venv $(DOJO)
	$(DOJO)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,dojo]'
	touch $@

test-dojo: $(DOJO_STAMP)
	$(DOJO)/bin/python -m pytest tests/lean/test_dojo.py

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)
	$(BIN)/python -m tests.bench $(ONLY)

clean:
	rm -rf $(VENV) $(DOJO) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache stepwise-runs bench.json
