# The environment that pip resolves for RecBole (.venv) and one of today's libraries (.venv-today).
# Another interpreter: make demo PYTHON=/path/to/python3.10

PYTHON ?= $(shell for name in python3.11 python3; do $$name -c "" 2>/dev/null && echo $$name && break; done)

.PHONY: help demo test lint test-pip test-today clean

help:
	@echo "make demo        train on ml-100k and answer three sentences"
	@echo "make test        lint, and run the tests in both environments"
	@echo "make test-pip    the tests with what pip resolves for RecBole (Python 3.10 or 3.11)"
	@echo "make test-today  the tests with current numpy, pandas and scipy, without ray"
	@echo "make clean       remove both environments and what tests and builds leave behind"

demo: .venv/installed
	.venv/bin/instructrec demo

# The two suites run side by side, each on one thread: more would wait for each other.
test: lint .venv-today/installed
	$(MAKE) -j2 test-pip test-today

test-pip test-today: export OMP_NUM_THREADS = 1

lint: .venv/installed
	.venv/bin/ruff check

test-pip: .venv/installed
	.venv/bin/python -m pytest -q

test-today: .venv-today/installed
	.venv-today/bin/python -m pytest -q

.venv/installed: setup.cfg constraints/pip.txt
	@$(PYTHON) -c 'import sys; assert (3, 10) <= sys.version_info < (3, 12)' 2>/dev/null || \
		{ echo "Python 3.10 or 3.11 is needed, not '$(PYTHON)'; set PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install -q -c constraints/pip.txt -e '.[test]'
	@touch $@

.venv-today/installed: setup.cfg constraints/today.txt
	@$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11)' 2>/dev/null || \
		{ echo "Python 3.11 or newer is needed, not '$(PYTHON)'; set PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv .venv-today
	.venv-today/bin/python -m pip install -q -r constraints/today.txt
	.venv-today/bin/python -m pip install -q --no-deps recbole==1.2.1
	.venv-today/bin/python -m pip install -q --no-deps -e .
	@touch $@

clean:
	rm -rf .venv .venv-today build dist *.egg-info .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
