# Every command of the project. `make run` and `make test` are the two to know; `make help` lists all.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.SHELLFLAGS := -eu -o pipefail -c

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_QUIET := -q --disable-pip-version-check --no-input

# An environment is current when it holds the stamp of its lock file's content: a checkout that changes
# times but no content reinstalls nothing, and starts without a network.
stamp = $(1)/installed-$(shell sha256sum $(2) pyproject.toml | sha256sum | cut -c1-16)
ENV := $(call stamp,$(VENV),requirements/dev.txt)
PROPERDOCS := $(call stamp,.venv-properdocs,requirements/properdocs.txt)
ZENSICAL := $(call stamp,.venv-zensical,requirements/zensical.txt)
BENCH := $(call stamp,.venv-bench,requirements/bench.txt)

.PHONY: help run demo publish undo site edit test check bench lighthouse drill builders browser lock texts schema clean

help:  ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(ENV)  ## build the site and start the service on http://127.0.0.1:8000
	@$(BIN)/python -m publishing.build --unless-shown
	@exec $(BIN)/forms-service serve

demo: $(ENV)  ## the service with a desk full of example companies, and a link to sign in
	@$(BIN)/python -m publishing.build --trial
	@SITE_DIR=.cache/trial exec $(BIN)/forms-service demo

site: $(ENV)  ## build the site into site/, if anything changed
	@$(BIN)/python -m publishing.build

publish: site  ## build beside and swap; a running service takes the new site by itself

undo: $(ENV)  ## put the publication before back; a running service takes it
	@$(BIN)/python -m publishing.build --undo

edit: $(ENV)  ## live preview for marketing: rebuilt on save, mistakes on the page
	@exec $(BIN)/python -m publishing.preview

test: $(ENV) builders browser check  ## everything: checks and all tests, also in a real browser
	@$(BIN)/pytest -n 2 --dist worksteal

check: $(ENV)  ## format, lint, types, import rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest -q tests/guide/test_imports.py

bench: $(ENV) $(BENCH)  ## every benchmark, as ratios against a baseline in the same run
	@for one in site store one_post service desk partners hostile; do echo "== $$one"; $(BIN)/python -m benchmarks.$$one; done

lighthouse: browser  ## Lighthouse (mobile) on every page in both languages
	@$(BIN)/python -m benchmarks.lighthouse.measure

drill: $(ENV)  ## kill the service under load before your eyes, restart it, count what is found
	@$(BIN)/python -m benchmarks.drill

builders: $(PROPERDOCS) $(ZENSICAL)  ## environments of the other two site builders

browser: $(ENV)
	@if [ -n "$${CHROMIUM:-}" ] || command -v chromium >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing Chromium for the browser tests"; \
	  { apt-get update -qq && apt-get install -y -qq chromium; } >/dev/null; \
	else $(BIN)/playwright install chromium; fi

texts: $(ENV)  ## collect new texts into forms_service/locale/pl/LC_MESSAGES/messages.po
	@$(BIN)/python -m forms_service.i18n.catalogs

schema: $(ENV)  ## write docs/program.schema.json from the models
	@$(BIN)/python -m partner_program.json_export

lock: $(ENV)  ## lock the dependencies again, with hashes and without any host
	@for name in site service dev properdocs zensical bench; do \
	  $(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
	    --no-header $$([ $$name = service ] || echo --extra $$name) \
	    $$([ $$name = site ] || echo -c requirements/site.txt) -o requirements/$$name.txt pyproject.toml; done

clean:  ## remove what was built (never data/)
	@rm -rf site .site .venv .venv-properdocs .venv-zensical .venv-bench .mypy_cache .ruff_cache .pytest_cache .hypothesis .cache

$(ENV):
	@$(call make_environment,$(VENV),requirements/dev.txt)
	@$(BIN)/pip install $(PIP_QUIET) --no-deps --no-build-isolation -e .
	@touch $@

$(PROPERDOCS):
	@$(call make_environment,.venv-properdocs,requirements/properdocs.txt)
	@.venv-properdocs/bin/pip install $(PIP_QUIET) --no-deps --no-build-isolation -e .
	@touch $@

$(ZENSICAL):
	@$(call make_environment,.venv-zensical,requirements/zensical.txt)
	@.venv-zensical/bin/pip install $(PIP_QUIET) --no-deps --no-build-isolation -e .
	@touch $@

$(BENCH):
	@$(call make_environment,.venv-bench,requirements/bench.txt)
	@touch $@

# $(1): the folder, $(2): the lock file.
define make_environment
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Python 3.11 or newer is needed: set PYTHON=/path/to/python3.11" >&2; exit 2; }; \
	if ! $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    { apt-get update -qq && apt-get install -y -qq python3-venv; } >/dev/null; \
	  else echo "Python's venv is missing. Run: sudo apt-get install python3-venv" >&2; exit 2; fi; fi; \
	echo "Installing $(2) into $(1)"; \
	rm -f $(1)/installed-*; \
	[ -x $(1)/bin/python ] || $(PYTHON) -m venv $(1); \
	$(1)/bin/pip install $(PIP_QUIET) --only-binary :all: --require-hashes -r $(2)
endef
