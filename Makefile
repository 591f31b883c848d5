# Two commands: `make demo` and `make test`. Python 3.11+ and make are all they need; `make help` lists the others.
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

QUICK := tests/law tests/stories tests/test_golden.py tests/mutants tests/pages/test_texts.py \
  $(addprefix tests/criteria/test_,units.py formula.py calculation.py roundings.py checking.py)

.PHONY: demo help up quick command-check test check search bench browser lock clean

demo: .venv/runtime  ## set everything up and play the Muonio round through the HTTP API
	$(BIN)/asiapolku demo

up: .venv/runtime  ## API, pages and workers for a person to use
	$(BIN)/asiapolku up --demo

help:  ## what can be made
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

quick: .venv/tests  ## in half a minute: the law, the stories, the golden trails, the core of criteria, the texts
	$(BIN)/pytest -q -n auto $(QUICK)

command-check: .venv/tests  ## what a command still lacks, in a sentence each
	@$(BIN)/python -m tests.command_check

test: check  ## everything that has to hold before a change is merged, on every core: this is what runs in CI

check: .venv/tests browser  ## lint, types, import contracts and every test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto

search: .venv/tests  ## for an hour or so: plant every mutant and see it found, then longer walks of the state machine
	@found=0; $(BIN)/python -m tests.mutants || found=1; $(BIN)/python -m tests.invariants || found=1; exit $$found

bench: .venv/tests  ## how fast a round is calculated, and how that grows; nothing fails here
	$(BIN)/python -m tests.bench

browser:  ## a real browser for the page tests: installed where root has apt, else the tests say why they skip
	@command -v chromium-headless-shell >/dev/null 2>&1 || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    echo "installing chromium-headless-shell for the page tests" && \
	    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium-headless-shell >/dev/null; \
	  else echo "no chromium-headless-shell: the page tests will be skipped (apt-get install chromium-headless-shell)"; fi; }

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Asiapolku needs Python 3.11 or newer; set PYTHON=/path/to/python3")'
	$(PYTHON) -m venv .venv

.venv/runtime: requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install -q --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@

.venv/tests: requirements-test.lock .venv/runtime
	$(BIN)/python -m pip install -q --require-hashes -r requirements-test.lock
	@touch $@

lock:  ## write the two lock files anew (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --group install pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --group test pyproject.toml -o requirements-test.lock

clean:  ## remove the environment and the demo's data
	rm -rf .venv .asiapolku
