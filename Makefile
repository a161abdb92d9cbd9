# Everyday commands. `make setup` installs into .venv from requirements/lock.txt; the others call it.
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv
export UV_NO_PROGRESS := 1
.PHONY: setup run test lint bench docs quality learn lock elasticsearch

setup: .venv/.installed

# Nothing is done, and no network needed, while these files stay as they are.
.venv/.installed: requirements/lock.txt requirements/uv.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Vigie needs Python 3.11 or later; this is " + sys.version.split()[0] + " (make PYTHON=/path/to/python3.11)") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/lock.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

# for another port: make run ARGS="--port 8502"
run: setup
	@$(BIN)/vigie start $(ARGS)

# one file is read by one process; ARGS runs as asked, in this process
test: setup
	$(BIN)/python -m pytest $(if $(ARGS),$(ARGS),-n auto --dist loadgroup)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Measures; asserts nothing. Figures go to stdout.
bench: setup
	$(BIN)/python -m bench $(ARGS)

# What is generated from code and data; tests fail when it is out of date.
docs: setup
	$(BIN)/python -m tools.docs

# The evaluation that the app's page Qualité shows.
quality: setup
	$(BIN)/vigie evaluate corpus/dev.jsonl --json nlp/quality/evaluation.json

# What is learnt from corpus/, in this order: states that no rule reads, what reports an incident, which date is the attack's,
# which number counts the persons concerned, which authority acts, the kind of incident. It takes minutes.
learn: setup
	for what in states subject dates counts acting opinions; do \
		VIRTUAL_ENV=.venv $(UV) run --quiet --no-project --active --with scikit-learn==1.9.1 python -m tools.learn_$$what || exit 1; \
	done

# A real server on http://127.0.0.1:9200 for development; the tests use it when it is there. Its files come from
# Maven Central the first time; needs a JDK of version 21 or later. make elasticsearch DO=stop ends it.
DO ?= start
elasticsearch:
	@$(PYTHON) -m tools.elasticsearch $(DO)

lock: setup
	$(UV) pip compile pyproject.toml --group dev --generate-hashes --universal --python-version 3.11 --no-annotate --no-header --quiet -o requirements/lock.txt
	printf 'uv==0.13.9\nhatchling\n' | $(UV) pip compile - --generate-hashes --universal --python-version 3.11 --no-annotate --no-header --quiet -o requirements/uv.txt
