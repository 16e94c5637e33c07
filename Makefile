# `make serve` sets everything up and serves; `make test` sets everything up and passes the tests.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: install compiled ahead pure serve test checks lint types unit wire slow fuzz terraform autobahn bench docs clean

# The stamps hold what was installed, so that a second `make` starts at once.
$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --constraint constraints.txt --editable '.[local,compile]'
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(PIP) install --constraint constraints.txt --editable '.[cluster,otlp,local,compile,dev]'
	touch $@

install: $(VENV)/installed compiled

# Request path as machine code where a C compiler is at hand; the stamp is older than a source that was edited since.
compiled: $(VENV)/compiled

$(VENV)/compiled: $(VENV)/installed tools/compile.py $(shell find src -name '*.py' 2>/dev/null)
	$(BIN)/python tools/compile.py $(if $(CI),--strict)
	touch $@

ahead: $(VENV)/installed-dev pure
	$(BIN)/python tools/compile.py --ahead $(if $(CI),--strict)

pure: $(VENV)/installed
	$(BIN)/python tools/compile.py --remove
	rm -f $(VENV)/compiled

serve: install
	$(BIN)/gatewright serve

# The compiler has one processor busy for minutes: what runs from source runs beside it.
test: $(VENV)/installed-dev
	$(MAKE) -j2 checks ahead
	$(MAKE) wire slow

checks:
	$(MAKE) -j1 lint types unit

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/python docs/generate.py --check

types: $(VENV)/installed-dev
	$(BIN)/mypy

# Unit tests replace parts of modules, which compiled ones do not allow; wire tests run what users run.
unit: $(VENV)/installed-dev pure
	$(BIN)/python -m pytest -q -n auto -m 'not slow' tests/unit tests/plays tests/parity tests/fuzz

wire: $(VENV)/installed-dev compiled
	$(BIN)/python -m pytest -q -m 'not slow' tests/wire

slow: $(VENV)/installed-dev compiled
	$(BIN)/python -m pytest -q -m slow tests

# Real Terraform against new servers, where it and a filesystem mirror with the AWS provider are at hand; `make slow` too.
terraform: $(VENV)/installed-dev
	$(BIN)/python -m pytest -q tests/terraform

# For minutes, each parser with many inputs and one second for each of them; `make unit` tries a few.
fuzz: $(VENV)/installed-dev pure
	FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-20000} $(BIN)/python -m pytest -q tests/fuzz

# The Autobahn|Testsuite against WebSocket APIs; it says what it needs. Two minutes at most.
autobahn: install
	$(BIN)/python tools/autobahn.py

bench: $(VENV)/installed-dev compiled
	$(BIN)/python bench/run.py

docs: $(VENV)/installed
	$(BIN)/python docs/generate.py

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
