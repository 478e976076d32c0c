# Everything a developer runs. `make help` explains.
PYTHON ?= python3
PORT ?= 3939
BIN := .venv/bin
# What the tests write, PostgreSQL too, lies in memory where a gigabyte is free; a disk keeps each commit waiting.
MEMORY := $(shell df -Pm /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 1000 {print "TMPDIR=/dev/shm"}')
TESTS := $(MEMORY) $(BIN)/python -m pytest -n 3 --dist worksteal --ignore=tests/chaos
# Four processes, since these wait more than they work; the long ones do not like to be crowded.
# The one place that leaves tests out; tests/test_house_tests.py holds it to that.
QUICK := -n 4 -m "not thorough and not browser" --hypothesis-profile=quick

# Where no bytecode is kept, each process of the tests compiles all of them anew: 16 seconds of CPU.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test chaos chaos-small check audit coverage format lock screenshots bench-commands bench-nudges bench-sending bench-record

help: ## Explain every target
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

.venv/.run: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Sayso needs Python 3.11 or newer: make PYTHON=python3.11 …") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -qq --require-hashes -r requirements.txt
	$(BIN)/python -m pip install -qq --no-build-isolation --no-deps -e .
	@touch $@

.venv/.dev: .venv/.run requirements-dev.txt
	$(BIN)/python -m pip install -qq --require-hashes -r requirements-dev.txt
	@touch $@

.venv/.bench: .venv/.dev requirements-bench.txt
	$(BIN)/python -m pip install -qq --require-hashes -r requirements-bench.txt
	@touch $@

demo: .venv/.run ## Run Sayso against the local Slack (PORT=3939)
	@$(BIN)/sayso demo --port $(PORT)

demo-reset: ## Forget what the demo has stored; stop it first
	rm -f .sayso/demo.*

test: .venv/.dev ## Run what is quick of the tests, on SQLite and PostgreSQL
	$(TESTS) $(QUICK)

chaos: .venv/.dev ## Inject faults with full counts and print what was measured (an hour or more)
	SAYSO_TEST_CHAOS=full $(BIN)/python -m tests.chaos -n 2 --dist worksteal

chaos-small: .venv/.dev ## The same with small counts, in some minutes, as it runs for every change
	$(BIN)/python -m tests.chaos -n 3 --dist worksteal

check: .venv/.dev ## Format, lint, types, import contracts, and every test, in Chromium too where it is installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(TESTS)

.venv/.audit: .venv/.run requirements-audit.txt
	test -x .venv/audit/bin/python || $(PYTHON) -m venv .venv/audit
	.venv/audit/bin/python -m pip install -qq --require-hashes -r requirements-audit.txt
	@touch $@

# No weakness that is known is one thing, that nobody could look is another; both must not look alike.
audit: .venv/.audit ## Look for known weaknesses in what is locked, and say so when that could not be done (needs the feed)
	@said=$$(mktemp); \
	.venv/audit/bin/pip-audit --strict --require-hashes --disable-pip --progress-spinner off \
		-r requirements.txt -r requirements-dev.txt 2>$$said; code=$$?; cat $$said >&2; \
	if [ $$code -ne 0 ] && ! grep -q "known vulnerabilit" $$said; then \
		echo "Nothing was audited: the feed of known weaknesses could not be reached, or did not know a package." >&2; fi; \
	rm -f $$said; exit $$code

coverage: .venv/.dev ## Run the tests and say which lines and branches they miss
	$(BIN)/python -m pytest -n 3 --dist worksteal --cov --cov-report=term-missing:skip-covered

format: .venv/.dev ## Format the code and mend what the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ## Renew the locked requirements (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra build --extra pdf pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra build --extra pdf --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	echo pip-audit | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate - -o requirements-audit.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra build --extra pdf --extra dev --extra bench -c requirements-dev.txt pyproject.toml -o requirements-bench.txt

screenshots: .venv/.dev ## Make the README's pictures anew (needs chromium)
	SAYSO_TEST_REQUIRE_ALL=1 SAYSO_TEST_ARTIFACTS=artifacts $(BIN)/python -m pytest -q tests/story/test_page_record.py tests/story/test_page_asks.py tests/story/test_page_pitches.py tests/story/test_page_feedback.py
	mkdir -p docs/images && cd artifacts && cp win-question-light.png home-record-light.png ask-card-light.png pitch-preview-dark.png feedback-request-light.png ../docs/images/

bench-commands: .venv/.dev ## Measure /win over HTTP beside a bare Bolt app
	$(BIN)/python -m benchmarks.bench_commands

bench-nudges: .venv/.bench ## Measure claiming, waiting and fairness beside a raw loop and two job libraries (SIZE=--full)
	$(BIN)/python -m benchmarks.bench_nudges $(SIZE)

bench-sending: .venv/.bench ## Measure real sending through the local Slack beside bare loops of the SDK
	$(BIN)/python -m benchmarks.bench_sending $(SIZE)

bench-record: .venv/.dev ## Measure Home, the list and a search for accounts of up to 10,000 wins
	$(BIN)/python -m benchmarks.bench_record
