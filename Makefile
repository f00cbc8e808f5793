# Everything one does with a checkout. `make` alone lists the commands; the shell logic stands in .ci/.
# Stamps in .venv/.stamps are keyed on the lock files, so that a second run starts at once.

# What `make test` runs, in this order: layer, seconds it may take, parallel processes (1 = none).
# All of it takes less than 45 minutes on two cores; the limits of each leave room for a slow day.
LAYERS ?= unit:120:2 contract:60:2 fuzz:300:2 theory:300:2 integration:1400:2 e2e:1400:2

PYTHON ?= python3
ARGS ?=
NAME ?=

SHELL := /bin/bash
BIN := .venv/bin
STAMPS := .venv/.stamps
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help run test fuzz check bench screenshot format lock assets installed-dev clean

help: ## this list
	@sed -n 's/^\([a-z][a-z-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | awk -F'\t' '{printf "  make %-11s %s\n", $$1, $$2}'

run: assets $(STAMPS)/project ## install what is needed, start the demo and print its address (ARGS="--port 8080")
	@exec $(BIN)/interaction-hub demo $(ARGS)

test: installed-dev ## install what the tests need and run them all (LAYERS="unit:300:2" for one layer)
	@.ci/debian-packages postgresql redis-server chromium fonts-noto-cjk
	@.ci/layers $(LAYERS)

fuzz: installed-dev ## send the hub what strangers may, for a quarter of an hour (FUZZ_EXAMPLES=1000 for longer)
	@.ci/debian-packages postgresql chromium fonts-noto-cjk
	@FUZZ_EXAMPLES=$(or $(FUZZ_EXAMPLES),300) FUZZ_SEED=$(or $(FUZZ_SEED),$(shell date +%j%H%M)) \
	  $(BIN)/python -m pytest -v -n 2 --durations=10 tests/fuzz

check: installed-dev ## format, lint, types, import contracts, unit tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -q -n 2 tests/unit

bench: installed-dev ## measure; one line a figure (NAME=ledger for one)
	@.ci/debian-packages postgresql
	@$(BIN)/python -m tests.bench $(NAME)

screenshot: installed-dev ## take the pictures of the guides
	@.ci/debian-packages chromium fonts-noto-cjk
	@$(BIN)/python -m tests.e2e.screenshots

format: $(STAMPS)/dev ## put the code into its form
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: $(STAMPS)/dev ## renew the lock files after a change in pyproject.toml or package.json (UPGRADE=1 for newest)
	@UPGRADE=$(UPGRADE) .ci/lock

assets: $(STAMPS)/runtime ## build agent_ui/static when its sources have changed
	@if $(BIN)/python hatch_build.py --needs-node; then $(MAKE) -s $(STAMPS)/node; fi
	@$(BIN)/python hatch_build.py

clean: ## remove what was installed and built (data stay)
	@rm -rf .venv node_modules agent_ui/static agent_ui/.static-* build dist htmlcov .coverage .coverage.* \
	  .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find interaction_hub routing channels agent_ui tests -name __pycache__ -prune -exec rm -rf {} +
	@find agent_ui -name '*.mo' -delete

installed-dev: $(STAMPS)/dev assets $(STAMPS)/project

$(STAMPS)/venv: .ci/venv
	@.ci/venv "$(PYTHON)"
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/runtime: requirements.lock requirements-build.lock $(STAMPS)/venv
	@.ci/install requirements.lock requirements-build.lock
	@touch $@

$(STAMPS)/dev: requirements-dev.lock $(STAMPS)/runtime
	@.ci/install requirements-dev.lock
	@touch $@

$(STAMPS)/node: requirements-node.lock $(STAMPS)/venv
	@.ci/install requirements-node.lock
	@touch $@

# Editable: the code in the checkout is what runs, so only a change of the package's own data repeats this.
$(STAMPS)/project: pyproject.toml $(STAMPS)/runtime | assets
	@.ci/install --project
	@touch $@
