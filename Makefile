# Everything a person needs to run. Each target sets up what it needs, once, inside this folder.

# Which Python makes the virtual environments; `make test PYTHON=python3.12` takes another.
PYTHON ?= $(shell .ci/pythons | head -n 1)
VENV ?= .venv
# What `make test` runs; `make test TESTS=tests/wire` runs less.
TESTS ?= tests
# How many files of tests are run at once. They wait more than they compute, so more than one a processor.
JOBS ?= 4
# Whom `make login` logs in; `make login IDENTITY=managed-identity` takes another, of those that `lab login` knows.
IDENTITY ?= service-principal
# What `make bench` measures: nothing stands for all; `make bench BENCH=throughput` measures one group.
BENCH ?=
# The commit with which `make pair` compares.
BASE ?=

# What `make new` writes: KIND is check, fact, code, fault or command. A check takes LINK and FACT, a new fact TYPE, a
# code AREA, a fault AREA and CODE. The NAME of a command is its group and its verb: NAME="jobs show".
KIND ?=
NAME ?=

# What `make mutants` takes, such as MUTANTS="--seed 7 --count 60 --layers render,model".
MUTANTS ?=

PIP := -m pip install --quiet --disable-pip-version-check
NODE := tests/conformance/node
DEMO := $(CURDIR)/.demo
# az with the installed extension. It must run outside the checkout: `python -m azure.cli` would import the checkout.
DEMO_ENV := PATH="$(CURDIR)/$(VENV)/bin:$$PATH" AZURE_CONFIG_DIR="$(DEMO)/azure" AZURE_EXTENSION_DIR="$(DEMO)/extensions" \
	AZURE_CORE_COLLECT_TELEMETRY=no
# Folders are listed too, so that a removed file is noticed.
SOURCES := setup.py README.md LICENSE $(shell find azext_iotdiag -name __pycache__ -prune -o -print)

.DELETE_ON_ERROR:
.PHONY: help demo login test quick matrix mutants new test-all test-314 siege lint agreement logs-corpus bench scale pair docs dist clean

help: ## List the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

demo: .demo/.ready ## Install the extension and watch it find out what is wrong with a device
	@cd .demo && $(DEMO_ENV) ../demo/run

login: $(VENV)/.ready ## Log az in to a lab, which is started where none runs, and say how to use that
	@./az-dev iot diag lab status --output none 2> /dev/null || ./az-dev iot diag lab start --detach --output none
	@./az-dev iot diag lab login --identity $(IDENTITY)

# Other people's clients, as far as this machine can have them.
CLIENTS := .venv-clients/.ready $(if $(shell command -v npm),$(NODE)/node_modules/.ready) \
	$(if $(shell command -v cmake),.uamqp-c/.ready)
test: $(VENV)/.ready $(CLIENTS) ## Run all tests
	$(VENV)/bin/python -m pytest -q -n $(JOBS) --dist loadfile $(TESTS)

# Tests that start nothing (tests/plugins/starting.py). What is left out by name drives labs, or takes seconds to load.
SLOW_TO_LOAD := tests/conformance tests/flows tests/lab tests/test_az_commands.py
# What pytest makes of the tests is kept, even where the environment says not to: making it takes a fifth of the time.
quick: $(VENV)/.ready ## Run the tests that start no lab, no az and no other program, in less than 40 seconds
	@PYTHONDONTWRITEBYTECODE= $(VENV)/bin/python .ci/quick -m "not slow and not starts" --hypothesis-profile quick \
		$(SLOW_TO_LOAD:%=--ignore=%) $(TESTS)

matrix: $(VENV)/.ready ## Provoke every fault of the matrix with every access, twice, and write docs/matrix.md
	IOTDIAG_MATRIX=1 $(VENV)/bin/python -m pytest -q -s -n 0 -o faulthandler_timeout=0 tests/matrix
	@cat docs/matrix.md

new: ## Write the files of a new check, fact, code, fault or command, and list it
	@$(PYTHON) .ci/new $(KIND) "$(NAME)" $(if $(LINK),--link $(LINK)) $(if $(FACT),--fact $(FACT)) \
		$(if $(TYPE),--type '$(TYPE)') $(if $(AREA),--area $(AREA)) $(if $(CODE),--code $(CODE))

mutants: $(VENV)/.ready .venv-mutants/.ready ## Put 300 random faults into the pure layers; their tests notice 90 %
	@nice .venv-mutants/bin/python .ci/mutants --python $(CURDIR)/$(VENV)/bin/python $(MUTANTS)

test-all: ## Run all tests with every Python from 3.10 on that this machine has
	@set -e; for python in $$(.ci/pythons --all); do \
		version=$$($$python -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		echo "== Python $$version"; \
		$(MAKE) --no-print-directory test PYTHON=$$python VENV=.venv-$$version; \
	done

test-314: $(VENV)/.ready ## Run the tests of JSON, payloads and credentials with Python 3.14
	.ci/test-314 $(VENV)/bin/python

siege: $(VENV)/.ready .venv-clients/.ready ## Run all tests with every fuzzer and drop test in its long form
	IOTDIAG_SIEGE=1 $(VENV)/bin/python -m pytest -q -n $(JOBS) --dist loadfile $(TESTS)

lint: .venv-lint/.ready ## Check style, types, words, and what az asks of an extension
	.venv-lint/bin/python -m ruff check .
	.venv-lint/bin/python -m ruff format --check --quiet .
	.venv-lint/bin/python -m mypy
	.venv-lint/bin/python .ci/words
	.ci/azdev/check

logs-corpus: $(VENV)/.ready $(CLIENTS) ## Read ten million healthy lines of real clients, and find the failures in them
	rm -rf .corpus
	IOTDIAG_RECORD_LOGS=.corpus $(VENV)/bin/python -m pytest -q -n 0 tests/conformance/test_client_logs.py
	IOTDIAG_CORPUS_LOGS=.corpus IOTDIAG_CORPUS_LINES=10000000 $(VENV)/bin/python -m pytest -q -n 0 -o faulthandler_timeout=0 tests/insights/test_healthy_corpus.py

agreement: $(VENV)/.ready ## Compare our payload rules with jsonschema on 100,000 random pairs
	IOTDIAG_AGREEMENT_PAIRS=100000 $(VENV)/bin/python -m pytest -q tests/payload/test_agreement.py

bench: .demo/.ready ## Measure, and fail unless every figure meets its bar
	@cd .demo && $(DEMO_ENV) ../benchmarks/run $(BENCH)

# It needs Java 17 (Debian: default-jre-headless) and downloads pyspark, about 450 MB. So it is no part of CI.
SCALE_COUNT ?= 200000
scale: $(VENV)/.ready .venv-scale/.ready ## Judge captures of a lab with Spark, and compare with validate; needs Java
	@command -v java > /dev/null || { echo "Java lacks: apt-get install default-jre-headless" >&2; exit 2; }
	$(VENV)/bin/python benchmarks/scale/run .dev/scale $(SCALE_COUNT) .venv-scale/bin/python

pair: .demo/.ready ## Compare this checkout's speed with that of the commit BASE, in turns on one lab
	@test -n "$(BASE)" || { echo "Name a commit, such as: make pair BASE=HEAD~5" >&2; exit 2; }
	@rm -rf .demo/base && mkdir -p .demo/base/source && git archive "$(BASE)" | tar -x -C .demo/base/source
	@cd .demo/base/source && "$(CURDIR)/$(VENV)/bin/python" -m build --wheel --no-isolation . > ../build.log 2>&1 || \
		{ cat ../build.log; exit 1; }
	@cd .demo && $(DEMO_ENV) AZURE_EXTENSION_DIR="$(DEMO)/base/extensions" az extension add --only-show-errors --yes \
		--source base/source/dist/*.whl
	@cd .demo && $(DEMO_ENV) PYTHONDONTWRITEBYTECODE= ../benchmarks/pair "$(DEMO)/base/extensions" $(BENCH)

docs: $(VENV)/.ready ## Write docs/ from the code
	$(VENV)/bin/python docs/write.py

dist: dist/.ready ## Build the wheel

clean: ## Remove everything that was made here
	rm -rf .venv .venv-* .py314 .dev .demo .lint build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	rm -rf .uamqp-c .corpus
	rm -rf $(NODE)/node_modules $(NODE)/package-lock.json
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.ready: setup.py requirements/az.txt requirements/test.txt
	$(call make_venv,$(VENV))
	$(VENV)/bin/python $(PIP) -r requirements/test.txt
	@# What the extension needs, as setup.py says it; its extras, if any, follow the first line with a bracket.
	@$(VENV)/bin/python setup.py -q egg_info --egg-base $(VENV)
	@sed '/^\[/,$$d' $(VENV)/iot_diag.egg-info/requires.txt > $(VENV)/runtime.txt
	$(VENV)/bin/python $(PIP) -r $(VENV)/runtime.txt
	@touch $@

.venv-clients/.ready: requirements/clients.txt
	$(call make_venv,.venv-clients)
	.venv-clients/bin/python $(PIP) -r $<
	@touch $@

.venv-lint/.ready: requirements/az.txt requirements/lint.txt
	$(call make_venv,.venv-lint)
	.venv-lint/bin/python $(PIP) -r requirements/lint.txt
	@touch $@

.venv-scale/.ready: requirements/scale.txt
	$(call make_venv,.venv-scale)
	.venv-scale/bin/python $(PIP) -r $<
	@touch $@

.venv-mutants/.ready: requirements/mutants.txt
	$(call make_venv,.venv-mutants)
	.venv-mutants/bin/python $(PIP) -r $<
	@touch $@

# The same holds for the C clients, which take cmake, a compiler and the headers of OpenSSL and libuuid.
.uamqp-c/.ready: .ci/uamqp-c .venv-clients/.ready
	@.ci/uamqp-c .uamqp-c $(CURDIR)/.venv-clients/bin/python || echo "azure-uamqp-c could not be built." >&2

# Without the npm clients the tests that need them are skipped, and pytest says how many.
$(NODE)/node_modules/.ready: $(NODE)/package.json
	cd $(NODE) && if npm install --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error; \
		then touch node_modules/.ready; else echo "The npm clients could not be installed." >&2; fi

dist/.ready: $(SOURCES) | $(VENV)/.ready
	@rm -rf build dist
	@echo "Building the wheel"
	@SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct 2> /dev/null || echo 315532800)} \
		$(VENV)/bin/python -m build --wheel --no-isolation . > $(VENV)/build.log 2>&1 || { cat $(VENV)/build.log; exit 1; }
	@rm -rf build *.egg-info
	@touch $@

# `az extension add --upgrade` keeps the old code when the version is the same, so the old one is removed first.
.demo/.ready: dist/.ready
	@mkdir -p .demo/azure
	@if [ -d .demo/extensions/iot-diag ]; then cd .demo && $(DEMO_ENV) az extension remove --name iot-diag; fi
	@echo "az extension add --source dist/*.whl --yes"
	@cd .demo && $(DEMO_ENV) az extension add --source ../dist/*.whl --yes
	@touch $@

make_venv = $(if $(PYTHON),[ -x $(1)/bin/python ] || $(PYTHON) -m venv $(1),$(error There is no Python from 3.10 on here))
