# All commands of Stillframe. `make run` and `make test` install what they need.

PORT ?= 8501
ifndef PYTHON
PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && exit; done; echo python3)
endif
BROWSER ?= yes
# One more than the cores of a small machine, because tests wait for processes and browsers more than they compute.
WORKERS ?= 3
MINUTES ?= 10

VENV := .venv/bin
SOURCES := app.py server.py analysis api bench db domain exchanges launcher logs pages refresher signin simulator tests web
export PYTHONDONTWRITEBYTECODE ?= 1
# Tests keep the bytecode of their modules: without it each worker would rewrite all asserts at each run.
KEEP := PYTHONDONTWRITEBYTECODE=

.PHONY: help run test slow lint bench screenshots exchanges soak chaos requirements clean python venv venv-dev chromium
.DEFAULT_GOAL := help

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: venv ## start everything on http://127.0.0.1:8501, or at PORT=
	@exec $(VENV)/python -m launcher --port "$(PORT)"

# Linters run beside the tests, because neither uses all cores alone.
test: venv-dev chromium ## linters and all tests but the slow ones
	@$(MAKE) --no-print-directory lint & linters=$$!; \
	$(KEEP) $(VENV)/python -m pytest tests --ignore=tests/whole/conformance -n $(WORKERS) --dist worksteal -m "not chaos and not slow and not model$(if $(filter no,$(BROWSER)), and not browser)" </dev/null; tests=$$?; \
	wait $$linters && exit $$tests

slow: venv-dev chromium ## tests that take minutes: a month of trading, many accounts of the model, pages in a browser
	@$(KEEP) $(VENV)/python -m pytest tests --ignore=tests/whole/conformance -n $(WORKERS) --dist loadgroup -m "(slow or model) and not chaos" --hypothesis-profile=many </dev/null

lint: venv-dev ## formatting, rules, types and imports between rooms
	@$(VENV)/ruff check -q . && $(VENV)/ruff format -q --check .
	@$(VENV)/mypy -n auto $(wildcard $(SOURCES))
	@$(VENV)/lint-imports --no-logo

bench: venv-dev ## measure the speed, each line with its floor and ratio
	@$(VENV)/python -m bench

screenshots: venv-dev chromium ## draw the pages of the demo into docs/images
	@$(VENV)/python -m bench.screenshots

exchanges: venv-dev ## write the table in docs/exchanges.md and the declared requests
	@$(VENV)/python -m tests.exchanges.exchanges_table
	@$(VENV)/python -m tests.exchanges.declared_requests

soak: venv-dev ## the demo with three sessions for MINUTES=10: memory and work must settle
	@$(VENV)/python -m tests.whole.soak $(MINUTES)

chaos: venv-dev chromium ## over 60 faults of real processes, with a table of what was expected and what happened
	@$(KEEP) $(VENV)/python -m pytest tests -m chaos -n 2 --dist loadfile -p tests.whole.chaos.table </dev/null

requirements: venv-dev ## pin requirements*.in with hashes
	@$(VENV)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --upgrade requirements.in -o requirements.txt
	@$(VENV)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --upgrade requirements-dev.in -o requirements-dev.txt

clean: ## remove .venv and the caches of tools, but not your data
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "stillframe: $(PYTHON) was not found: install Python 3.11 or later, or name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "stillframe: $(PYTHON) is $$($(PYTHON) --version 2>&1), and 3.11 or later is needed: name one by make PYTHON=/path/to/python3" >&2; exit 1; }

venv: python
	@$(PYTHON) launcher/bootstrap.py run

venv-dev: python
	@$(PYTHON) launcher/bootstrap.py dev

chromium: venv-dev
	@$(if $(filter no,$(BROWSER)),true,$(VENV)/python -m launcher.chromium)
