# Minshi: `make demo` and `make test` are all a newcomer needs; `make help` lists the rest.
PYTHON := .venv/bin/python
PYTEST := $(PYTHON) -m pytest
SERVE ?= 1

.PHONY: help bench demo test test-fast test-services test-engine test-browser lint setup

help:
	@echo "make demo        set up everything, play the story, serve at 127.0.0.1:8000 (SERVE=0 stops after the story)"
	@echo "make test        set up everything, run all tests"
	@echo "make test-fast   what needs no engine and no browser"
	@echo "make bench       figures of an area: make bench AREA=sandbox [JSON=file]"
	@echo "make lint        style, layers, types, migrations"

demo:
	@.ci/setup demo
	@$(PYTHON) manage.py demo $(if $(filter 0,$(SERVE)),--no-serve)

test:
	@.ci/setup test
	$(MAKE) lint
	$(PYTEST) -n 2 --dist loadfile -q -m "not engine and not browser and not services"
	$(MAKE) test-services
	$(MAKE) -j 2 test-engine test-browser

test-fast:
	@.ci/setup fast
	$(PYTEST) -n 2 --dist loadfile -q -m "not engine and not browser and not services and not slow"

test-services:
	.ci/with-services $(PYTEST) -q -m services

test-engine:
	$(PYTEST) -q -m engine

test-browser:
	$(PYTEST) -q -m "browser and not engine"

bench:
	@.ci/setup test
	$(PYTHON) -m tests.benchmarks $(or $(AREA),sandbox) $(if $(JSON),--json $(JSON))

lint:
	@.ci/setup fast
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	.venv/bin/lint-imports
	$(PYTHON) manage.py makemigrations --check --dry-run
	$(PYTHON) -m mypy marketplace vendors sandbox billing cms
