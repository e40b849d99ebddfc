# What people type. From a bare Debian or Ubuntu with Python 3.11 or later and a network, nothing installed by hand:
#   make run      the demonstration on http://localhost:8000        make run-clean   the same from the beginning
#   make test     lint, types, tests and coverage                   make lint        the first two alone
# Each step leaves a mark, so that doing it again costs nothing.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3,$(shell command -v $(name))) python3)
VENV := .venv
BIN := $(VENV)/bin
TRANSLATIONS := templates/translations
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard $(TRANSLATIONS)/*/LC_MESSAGES/messages.po))
# Workers of the test run; `make test TEST_WORKERS=4` where there is room.
TEST_WORKERS ?= auto
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r

# $(call debian,a command that shows what is missing,packages): install them when root, else say how and stop.
debian = @{ $(1); } >/dev/null 2>&1 || { \
	if [ "$$(id -u)" = 0 ]; then export DEBIAN_FRONTEND=noninteractive; apt-get update -q && apt-get install -qy --no-install-recommends $(2); \
	else echo "Missing on this machine. Type:  sudo apt-get install -y $(2)" >&2; exit 1; fi; }

.PHONY: help
help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

# --- what things need -------------------------------------------------------------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Préau needs Python 3.11 or later:  make PYTHON=/path/to/python3.11 …" >&2; exit 1; }
	$(call debian,$(PYTHON) -c 'import ensurepip',$$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'))
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run-installed: requirements.lock | $(BIN)/python
	$(INSTALL) requirements.lock
	@touch $@

$(VENV)/.test-installed: requirements-dev.lock | $(BIN)/python
	$(INSTALL) requirements-dev.lock
	@touch $@ $(VENV)/.run-installed

%.mo: %.po | $(VENV)/.run-installed
	$(BIN)/pybabel --quiet compile -i $< -o $@

.PHONY: test-programs
test-programs:
	$(call debian,command -v pdftotext && { command -v chromium || command -v chromium-browser; },chromium poppler-utils)

# --- what people type -------------------------------------------------------------------------------------------

.PHONY: run
run: $(VENV)/.run-installed $(CATALOGUES) ## The demonstration on http://localhost:8000; what one does there is kept
	PREAU_CONFIG=config/deploy/demonstration.toml $(BIN)/flask --app wsgi demo

.PHONY: run-clean
run-clean: ## The demonstration from its beginning
	rm -rf var/demonstration
	@$(MAKE) --no-print-directory run

.PHONY: test
test: lint test-programs $(CATALOGUES) ## Everything that a change must pass
	$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist worksteal --cov --cov-report=term $(TESTS)

.PHONY: lint
lint: $(VENV)/.test-installed ## Lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy .

.PHONY: bench
bench: $(VENV)/.test-installed $(CATALOGUES) ## Logins, single sign-on, tokens and printing, measured
	$(BIN)/python -m tests.bench

.PHONY: interop
interop: $(VENV)/.test-installed $(CATALOGUES) ## Log in with openid-client, a library of Node that nothing here is built on (Node 20 or later)
	@node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' && command -v npm >/dev/null || \
		{ echo "Missing on this machine: Node 20 or later, with npm (https://nodejs.org)." >&2; exit 1; }
	$(BIN)/python -m tests.interop

.PHONY: rules
rules: $(VENV)/.test-installed ## The rules of the guides that no test shows
	@$(BIN)/python -m tests.rules

.PHONY: reference
reference: $(VENV)/.test-installed ## Write the tables of settings, events, errors and commands into the READMEs
	$(BIN)/python -m tests.reference

.PHONY: translations
translations: $(VENV)/.test-installed ## Gather the texts to translate, and compile what is translated
	$(BIN)/pybabel --quiet extract -F pyproject.toml -k lazy_gettext -k _l --width 130 --no-location --sort-output --omit-header -o $(VENV)/messages.pot .
	$(BIN)/pybabel --quiet update -i $(VENV)/messages.pot -d $(TRANSLATIONS) -l en --init-missing --no-fuzzy-matching --ignore-pot-creation-date --width 130
	@$(MAKE) --no-print-directory $(TRANSLATIONS)/en/LC_MESSAGES/messages.mo

LOCK := pip compile pyproject.toml --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-annotate \
	--universal --python-version 3.11 --quiet
.PHONY: lock
lock: $(VENV)/.test-installed ## Choose versions anew (UPGRADE=1) or for a new dependency, with hashes and no address
	$(BIN)/uv $(LOCK) $(if $(UPGRADE),--upgrade) -o requirements.lock
	$(BIN)/uv $(LOCK) $(if $(UPGRADE),--upgrade) --group dev -o requirements-dev.lock
