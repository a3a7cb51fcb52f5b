# Every command sets itself up: it needs Python 3.11 or newer and nothing else.
.DEFAULT_GOAL := help
.PHONY: help run demo test test-all lint audit bench clean

PYTHON ?= python3
DEV = $(PYTHON) scripts/bootstrap.py dev

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

run: ## Start everything on http://localhost:8000 (PORT, HOST, LYCEUM_DATA change it)
	@LYCEUM_UNDER_MAKE=1 exec $(PYTHON) scripts/bootstrap.py run .venv/bin/python -m lyceum.config.serve

demo: ## Play the whole loop against the running server
	@exec $(PYTHON) scripts/bootstrap.py run .venv/bin/python -m demo

test: ## Run the quick suite on PostgreSQL (DATABASE_URL, or an embedded one), what differs on SQLite
	@exec $(DEV) .venv/bin/python scripts/run_tests.py --quick

test-all: ## Run the whole suite on both databases, the slow tests too
	@exec $(DEV) .venv/bin/python scripts/run_tests.py

lint: ## Check style, types, layers, templates and deployment files
	@exec $(DEV) .venv/bin/python scripts/lint.py

audit: ## Ask an index of advisories about the requirements, where one can be reached
	@exec $(DEV) .venv/bin/python scripts/audit.py

bench: ## Measure each headline figure against its floor in the same run
	@exec $(DEV) .venv/bin/python -m bench

clean: ## Remove the environment and the caches; the data in var/ stays
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov
	find src tests bench scripts -name __pycache__ -type d -prune -exec rm -rf {} +
