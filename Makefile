# Everyday commands. `make setup` installs into .venv from requirements/lock.txt; the others call it.
PYTHON ?= python3
BIN := .venv/bin
.PHONY: setup run test lint bench docs lock

setup: .venv/.installed

.venv/.installed: requirements/lock.txt requirements/uv.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Vigie needs Python 3.11 or later, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/lock.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	touch $@

run: setup
	$(BIN)/vigie start

test: setup
	$(BIN)/python -m pytest

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lock:
	$(BIN)/uv pip compile pyproject.toml --group dev --generate-hashes --universal --python-version 3.11 --no-annotate --no-header -o requirements/lock.txt
	printf 'uv==0.13.9\nhatchling\n' | $(BIN)/uv pip compile - --generate-hashes --universal --python-version 3.11 --no-annotate --no-header -o requirements/uv.txt
