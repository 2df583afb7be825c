# Two commands matter: `make run` (demo and portal) and `make test` (everything that must hold).
# Both are idempotent; the second time they only do what changed.

VENV   := .venv
BIN    := $(VENV)/bin
PYTHON ?= python3

.PHONY: help run test format lint types unit browser lock bench clean

help:
	@echo "make run     install, create the demo, serve the portal"
	@echo "make test    format check, lint, types, all tests with the browser journeys"
	@echo "make format  rewrite the code in the house format"
	@echo "make bench   measure speed and memory, print the tables"
	@echo "make lock    pin the dependencies again"
	@echo "make clean   remove the virtual environment and caches"

run: $(VENV)/.run
	@$(BIN)/portal init
	@$(BIN)/portal demo
	@$(BIN)/portal serve

test: $(VENV)/.dev browser lint types unit

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.dev
	$(BIN)/mypy

unit: $(VENV)/.dev
	$(BIN)/pytest -n 2 --dist loadfile

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.bench
	$(BIN)/python -m bench

browser:
	@sh bin/install-browser

$(VENV)/bin/python:
	@PYTHON=$(PYTHON) sh bin/make-venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python requirements.txt pyproject.toml
	@sh bin/install $(VENV) requirements.txt
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python requirements-dev.txt pyproject.toml
	@sh bin/install $(VENV) requirements-dev.txt
	@touch $@ $(VENV)/.run

$(VENV)/.bench: $(VENV)/bin/python requirements-bench.txt pyproject.toml
	@sh bin/install $(VENV) requirements-bench.txt
	@touch $@ $(VENV)/.dev $(VENV)/.run

lock: $(VENV)/.dev
	$(BIN)/pip install --quiet uv
	@sh bin/lock $(BIN)/uv

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
