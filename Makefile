# OpenFPGA: `make serve` and `make test` set up all they need. `make help` lists the rest.
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
MODEL ?= models/demo
IMAGE ?= build/$(notdir $(MODEL)).ofpga
HOST ?= 127.0.0.1
PORT ?= 5000

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup serve chat image csim csim-test card perf-rtl wave gen gen-check lint format test test-all test-rtl test-crash coverage estimate test-clients bench bench-server bench-overload portal-shots tb clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Debian's packages behind the commands; installed where we may, named where we may not.
$(VENV)/.system: scripts/system-packages.sh
	@PYTHON=$(PYTHON) bash scripts/system-packages.sh
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "OpenFPGA needs Python 3.11 or newer; set PYTHON=")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.serve: pyproject.toml $(VENV)/.system
	@echo "Installing the Python packages that serve needs into $(VENV)"
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.serve
	@bash scripts/system-packages.sh tests
	@echo "Installing the Python packages that the tests need into $(VENV)"
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

setup: $(VENV)/.test ## install everything, tests' needs included, into .venv

csim: $(VENV)/.system ## compile the HLS kernels for the CPU
	@$(MAKE) --no-print-directory -C hls csim

csim-test: $(VENV)/.system
	@$(MAKE) --no-print-directory -C hls csim csim-test

image: $(IMAGE) ## convert MODEL (a checkpoint folder) to a device image under build/
$(IMAGE): $(wildcard $(MODEL)/*) $(wildcard host/openfpga_host/*.py) contract/openfpga.toml | $(VENV)/.serve
	@mkdir -p $(dir $(IMAGE))
	@$(BIN)/openfpga convert $(MODEL) -o $(IMAGE)

serve: $(VENV)/.serve csim image ## serve MODEL (default: the demonstration model) at http://127.0.0.1:5000
	@exec $(BIN)/openfpga serve $(IMAGE) --host $(HOST) --port $(PORT)

chat: $(VENV)/.serve csim image ## talk to MODEL in the terminal
	@exec $(BIN)/openfpga chat $(IMAGE)

bench-server: $(VENV)/.serve ## what the server costs, over a device that costs nothing
	@$(BIN)/python benchmarks/server.py

bench-overload: $(VENV)/.serve ## ten times the load that the server can carry, and readers that do not read
	@$(BIN)/python benchmarks/overload.py

bench: $(VENV)/.serve csim image ## tokens/s, time to first token, time shares of kernels, host and server
	@$(BIN)/openfpga bench $(IMAGE) --batch 1 4 8 16

card: $(VENV)/.test ## compile the SystemVerilog card for `openfpga serve --device verilator`
	@$(MAKE) --no-print-directory -C sim card PYTHON=$(abspath $(BIN)/python)

perf-rtl: $(VENV)/.test ## how busy the SystemVerilog cards keep their memory: PERF='--size u280 --case layer' and the like
	@$(BIN)/python benchmarks/perf_rtl.py $(or $(PERF),--size sim)

wave: $(VENV)/.test ## waveforms of an RTL test, under build/waves: make wave TEST=tests/rtl/test_card.py::test_...
	@test -n "$(TEST)" || { echo "make wave TEST=tests/rtl/... (as pytest names a test)"; exit 1; }
	@rm -rf build/waves && mkdir -p build/waves
	@OFPGA_WAVE=$(abspath build/waves/wave) $(BIN)/pytest "$(TEST)" && ls build/waves

gen: ## write the C++, SystemVerilog, Python and documentation forms of the contract
	@$(PYTHON) -m contract

gen-check: ## fail if the generated files are not what the contract says
	@$(PYTHON) -m contract --check

lint: $(VENV)/.test gen-check ## ruff, mypy, generated files
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(VENV)/.test ## let ruff format the Python sources
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

test: $(VENV)/.test csim-test card lint ## the tests, without the slow ones
	@$(BIN)/pytest -m "not slow and not board and not clients"

test-all: $(VENV)/.test csim-test card lint ## the slow tests too
	@$(BIN)/pytest -m "not board and not clients"

$(VENV)/.clients: $(VENV)/.test
	@echo "Installing the client libraries that are tested into $(VENV)"
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[clients]'
	@touch $@

test-clients: $(VENV)/.clients csim ## OpenAI's SDKs (Python 1.x and current, Node), LangChain, LlamaIndex against the server
	@$(BIN)/pytest tests/clients tests/server/test_embeddings.py tests/payments/test_x402_client.py

portal-shots: $(VENV)/.test csim image ## pictures of the portal's pages, light and dark, desktop and phone: docs/images
	@$(BIN)/python scripts/portal_shots.py $(IMAGE)

test-rtl: $(VENV)/.test card ## all tests of the SystemVerilog: benches, proofs, synthesis, whole models
	@$(BIN)/pytest -m "not board" tests/rtl

test-crash: $(VENV)/.test ## kill servers 200 times at random moments, on SQLite and on PostgreSQL: no request is lost or doubled
	@OPENFPGA_KILLS=$(or $(KILLS),200) $(BIN)/pytest -s tests/usage/test_kill.py

# The benches of units: UNITS= leaves them out, which takes two minutes instead of 13. SLOW=1: of other sizes too, which takes long.
UNITS ?= matmul attention kv_cache sequencer sequencer_registers
coverage: $(VENV)/.test ## lines and toggles of rtl/ that the benches of its library and units reach, by module
	@rm -rf build/coverage && mkdir -p build/coverage
	@OFPGA_COVERAGE=$(CURDIR)/build/coverage $(BIN)/pytest $(if $(SLOW),,-m "not slow") --hypothesis-seed=0 \
	  tests/rtl/test_lib.py $(UNITS:%=tests/rtl/test_%.py)
	@$(BIN)/python scripts/rtl_coverage.py build/coverage

estimate: $(VENV)/.test ## LUTs, flip-flops, DSPs and RAMs of each board's card by Yosys; a first run takes long
	@$(BIN)/python scripts/estimate.py

tb: $(VENV)/.test ## the C++ benches of the HLS kernels
	@$(MAKE) --no-print-directory -C hls tb

clean: ## remove what was built (not .venv)
	@rm -rf build
