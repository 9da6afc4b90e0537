# Twelve words: demo test check lab kills soak soak-night resilience mutants bench docs clean. Each sets up .venv first if it is not there.
PYTHON ?= python3
IN := .venv/bin/python -m
# Set in some containers; pytest would rewrite every plug-in anew in each of its processes.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test check lab kills soak soak-night resilience mutants bench docs clean

help:
	@echo 'make demo    lab up, all suites against it, the report (DEMO_KEEP=0 takes the lab down again)'
	@echo 'make test    everything that must hold: lint, types, contracts, tests, lab tests'
	@echo 'make check   the part of make test that needs no lab'
	@echo 'make lab     build the lab and bring it up'
	@echo 'make kills   inject every fault into the lab and write docs/kill-matrix.md (an hour and a half)'
	@echo 'make soak    a hundred runs on the healthy lab, half of them under pressure (about an hour)'
	@echo 'make soak-night  fifty nightly runs with all that follows each, which must not grow (half an hour)'
	@echo 'make resilience  kill, stop and cut what a run on the lab stands on, and see what it loses (40 minutes)'
	@echo 'make mutants change the judges, one thing at a time, and see whether a test fails (about an hour)'
	@echo 'make bench   measure the hot paths beside their best peers and write docs/performance.md (twenty minutes)'
	@echo 'make docs    regenerate the requirements, the JSON Schema, what is proven, the texts of failures, the licences'
	@echo 'make clean   lab down; remove .venv and what tools left in the tree'

setup:
	@command -v $(PYTHON) >/dev/null || { echo 'no $(PYTHON) on PATH; install Python 3.11 or newer, or: make PYTHON=python3.12 ...' >&2; exit 1; }
	@$(PYTHON) tools/bootstrap.py

demo: setup
	@$(IN) tools.demo

test: setup
	@$(IN) tools.gate

check: setup
	@$(IN) tools.gate --no-lab

lab: setup
	@$(IN) tools.lab build
	@$(IN) tools.lab up

kills: setup
	@$(IN) tools.lab build
	@$(IN) tools.kills
	@$(IN) tools.samples
	@$(IN) tools.catalogue

soak: setup
	@$(IN) tools.soak

soak-night: setup
	@$(IN) tools.lab build
	@$(IN) tools.nights

resilience: setup
	@$(IN) tools.lab build
	@$(IN) tools.resilience

mutants: setup
	@$(IN) tools.mutants
	@$(IN) tools.catalogue

bench: setup
	@$(IN) tools.bench

docs: setup
	@$(IN) tools.catalogue
	@$(IN) tools.schema
	@$(IN) tools.coverage
	@$(IN) tools.rbac --write
	@$(IN) tools.licences
	@$(IN) tools.failures

clean:
	@if [ -x .venv/bin/python ] && [ "$$(uname) $$(id -u)" = 'Linux 0' ]; then $(IN) tools.lab down; fi
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "kept: what the lab was built from, below $${TRUELINE_CACHE:-$${XDG_CACHE_HOME:-$$HOME/.cache}/trueline}"
