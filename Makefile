# tocsin: `make help` lists what can be done. Everything sets itself up; Python 3.11 or newer is all it needs.

PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3.14 python3,$(shell command -v $(name) 2>/dev/null)))
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
CODE := generator alerts dashboards tests benchmarks scripts

.DEFAULT_GOAL := help
.PHONY: help install render test mutants check format lint types layers bench update catalogue lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(INSTALLED): pyproject.toml requirements.lock
	@test -n "$(PYTHON)" || { echo "tocsin needs Python 3.11 or newer; none was found" >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "tocsin needs Python 3.11 or newer; $(PYTHON) is older (try: make PYTHON=python3.12 …)" >&2; exit 2; }
	@echo "making $(VENV) with $$($(PYTHON) --version) and installing what tocsin needs (once)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable '.[dev]'
	@touch $@

install: $(INSTALLED) ## Make the virtual environment

render: $(INSTALLED) ## Compile alerts/ and dashboards/ into rendered/
	@echo "rendering alerts/ and dashboards/ into rendered/"
	@$(BIN)/tocsin render

test: $(INSTALLED) ## Run the tests (real binaries are used where they are installed)
	@echo "running the tests"
	@$(BIN)/python -m pytest --quiet --numprocesses auto $(ARGS)

mutants: $(INSTALLED) ## Check that the rule tests notice when rules are changed a little
	@echo "changing every rule of the reference system a little, and testing again"
	@$(BIN)/tocsin test --mutate > $(VENV)/mutants.log || { grep -v '  failed 0  ' $(VENV)/mutants.log; exit 1; }

check: lint types layers current test mutants ## Everything that CI runs

lint: $(INSTALLED) ## Check style and formatting
	@echo "checking style and formatting"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .

types: $(INSTALLED) ## Check types (mypy --strict)
	@echo "checking types"
	@$(BIN)/mypy --no-error-summary

layers: $(INSTALLED) ## Check that imports go down only
	@echo "checking layers"
	@$(BIN)/lint-imports > $(VENV)/layers.log || { cat $(VENV)/layers.log; exit 1; }

.PHONY: current
current: $(INSTALLED) ## Check that rendered/ is current
	@echo "checking that rendered/ is current"
	@$(BIN)/tocsin render --check

format: $(INSTALLED) ## Mend style and formatting
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .

update: $(INSTALLED) ## Rewrite rendered/, expected outputs and generated pages; then read the difference
	@$(BIN)/tocsin render
	@$(BIN)/python -m scripts.fixture_links
	@$(BIN)/python -m pytest --quiet --numprocesses auto --update

bench: $(INSTALLED) ## Measure, and print the figures
	@$(BIN)/python -m benchmarks

catalogue: $(INSTALLED) ## Ask real exporters for their metrics and write alerts/catalogue/ (Debian, as root)
	@echo "starting servers and exporters on loopback, and asking them"
	@$(BIN)/python -m scripts.catalogue

lock: ## Take the newest versions into requirements.lock
	@$(PYTHON) -m venv --clear $(VENV)-lock
	@$(VENV)-lock/bin/python -m pip install --quiet --disable-pip-version-check '.[dev]'
	@{ sed -n '/^#/p' requirements.lock; $(VENV)-lock/bin/python -m pip freeze --exclude tocsin; } > requirements.lock.new
	@mv requirements.lock.new requirements.lock; rm -rf $(VENV)-lock

clean: ## Remove the virtual environment and caches
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
