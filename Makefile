# `make` alone lists the commands. Each sets up what it needs in .venv by itself.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= 2

.PHONY: help setup demo demo-check report screenshots test test-fast soak lint types floors bench docs lock clean

help: ## List the commands
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/pyvenv.cfg:
	$(PYTHON) -m venv .venv

.venv/.runtime: requirements.lock pyproject.toml | .venv/pyvenv.cfg
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

.venv-bench/.ready: requirements-bench.lock pyproject.toml
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

setup: .venv/.dev ## Set up .venv with everything a developer needs

demo: .venv/.runtime ## Import a real shop, value its customers and open the platform (PORT=8000)
	@$(BIN)/vinculo demo data/online_retail.parquet --made-up-contacts

report: .venv/.runtime ## Analyse the same sales without the platform and show the report
	$(BIN)/vinculo analyse data/online_retail.parquet --horizon-days 180 --currency GBP --out demo

demo-check: .venv/.runtime ## Bring the demo up, see that it answers, and stop it (for CI)
	@$(BIN)/vinculo demo data/online_retail.parquet --made-up-contacts --once

screenshots: .venv/.dev ## Take the screenshots of the documentation from a demo of their own
	@scripts/chromium
	$(BIN)/python scripts/screenshots.py

test: .venv/.dev ## Run every test
	@scripts/chromium
	@scripts/clients
	@$(BIN)/python -m compileall -q src tests
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not soak"

test-fast: .venv/.dev ## Run the fast part of the tests: formulas and walls, without a server (under two minutes)
	$(BIN)/python -m pytest -n $(WORKERS) -m "not slow and not browser and not soak" tests/unit tests/floors

soak: .venv/.dev ## Run the long races, crash and soak tests
	$(BIN)/python -m pytest -m soak

lint: .venv/.dev ## Check style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.dev ## Check types
	$(BIN)/mypy

floors: .venv/.dev ## Check the walls of the house
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/floors

bench: .venv-bench/.ready ## Print the side-by-side ratios
	.venv-bench/bin/python -m benchmarks

docs: .venv/.dev ## Build the documentation into docs/_build
	$(BIN)/sphinx-build --fail-on-warning --keep-going -q docs docs/_build

lock: .venv/pyvenv.cfg ## Compile the hashed locks anew, without index addresses
	scripts/lock

clean: ## Remove everything the commands made
	rm -rf .venv .venv-bench .venv-clients tests/clients/node_modules demo docs/_build docs/reference/generated .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
