# `make` says what there is. Everything is installed into .venv, by `make setup` or by whatever needs it first.
# Settings: PORT_BASE=9000 LOCAL_FOLDER=elsewhere (up) · ONCE=1 OFFERS=file.json (demo) · TESTS=tests/unit (test) ·
# PYTHON=python3.12 (setup).

PYTHON ?= python3
TESTS ?= tests
BIN := .venv/bin
# A process for each core, up to four, each with servers of its own; those that share a stack stay together.
PYTEST := $(BIN)/pytest --numprocesses=auto --maxprocesses=4 --no-loadscope-reorder
READY := .venv/ready

COMPILED := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade \
	--custom-compile-command "make lock"

.PHONY: help setup up demo check test test-browser screenshots bench client train eval lock
.DEFAULT_GOAL := help

help:  ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: $(READY)  ## install everything into .venv (only what has changed)
	@echo "ready: make demo shows the main job, make up starts the stack"

up: $(READY)  ## start the whole stack on this machine and keep it running until Ctrl-C
	@$(BIN)/bedarfswerk up

demo: $(READY)  ## show the main job with a made-up network, on a stack of its own
	@$(BIN)/bedarfswerk demo

check: $(READY)  ## what CI runs: format, lint, types, import contracts, all tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST)

test: $(READY)  ## run the tests, on the real servers
	$(PYTEST) $(TESTS)

test-browser: $(READY)  ## run the walks through the pages, in headless Chromium (Debian: apt-get install chromium)
	$(BIN)/pytest tests/browser

screenshots: $(READY)  ## make pictures of every page into screenshots/ (LOOKS="phone de light" for some of them)
	$(BIN)/python -m tests.browser.screenshots screenshots $(LOOKS)

bench: $(READY)  ## measure a need on its way to the mail server, signing in, and the page of a need with 50 matches
	$(BIN)/python -m benchmarks

client: $(READY)  ## generate the typed Python client into build/client
	@$(BIN)/python -m deploy.client.generate build/client

train: $(READY)  ## learn the matching model anew from the labelled sets
	$(BIN)/python -m services.matching.scoring.learn --given benchmarks/gold --added benchmarks/labelled

eval: $(READY)  ## measure matching on the labelled sets beside word search and each embedding
	$(BIN)/python -m benchmarks.eval

lock: $(READY)  ## compile both requirements files anew from pyproject.toml
	$(BIN)/uv pip compile $(COMPILED) --output-file requirements.txt pyproject.toml
	$(BIN)/uv pip compile $(COMPILED) --constraint requirements.txt --extra dev --output-file requirements-dev.txt pyproject.toml

$(READY): requirements-dev.txt pyproject.toml deploy/local/prerequisites.sh
	@echo "installing into .venv: the first time, this takes a few minutes"
	@PYTHON="$(PYTHON)" sh deploy/local/prerequisites.sh
	@$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
