# Everything runs in a virtual environment in the tree, pinned by constraints.txt.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

.PHONY: demo test bench dev check docs clean

demo: $(READY)
	$(BIN)/nba-props demo

test: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadfile

bench: $(READY)
	$(BIN)/python -m nba_props_tests.benchmarks

dev: $(READY)
	$(BIN)/nba-props dev --simulated

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/deptry .
	$(BIN)/dg check defs

docs: $(READY)
	$(BIN)/python -m nba_props.documentation

clean:
	rm -rf .venv .nba_props build dist *.egg-info

$(READY): pyproject.toml setup.cfg constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[dev]"
	touch $(READY)
