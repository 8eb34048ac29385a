# `make check` and `make test` are each enough on a machine that has Swift 6 and make.

.DEFAULT_GOAL := help
.PHONY: help install uninstall archive artifactbundle test-artifactbundle deb docs man check test test-reference test-generate test-exchange test-editors test-page test-scripts test-neon test-kill examples sanitize format lint bench bench-check bench-generate fuzz hostile release dependencies clean

SWIFT ?= swift
SPEC ?= specs/resnet50.yaml
PREFIX ?= /usr/local
DESTDIR ?=
SWIFT_BUILD_FLAGS ?=
SECONDS ?= 600
PYTHON ?= python3
BENCH_FLAGS ?=
NETWORKS ?=
RANDOM_SPECS ?=
TARGETS ?=
CNNC := .build/release/cnnc
# What `cnnc --version` names; empty outside a repository.
COMMIT := $(shell git describe --always --exclude '*' --abbrev=8 --dirty 2>/dev/null)
FORMATTED := Sources Tests Fuzz Plugins Examples Package.swift

# Every debug build checks that a target imports only what Package.swift declares for it.
# The bundle of the tests is built by its name: `--build-tests` would also build every module once more, for the
# plugins' tool.
DEBUG_FLAGS := --explicit-target-dependency-import-check error
RELEASE_FLAGS := -c release --product cnnc

# On Linux the binary carries the Swift runtime, so it starts sooner and runs where Swift is not
# installed. On macOS the runtime is part of the system.
ifeq ($(shell uname -s),Linux)
# Nothing is loaded into it that would look for its symbols, so it exports none.
RELEASE_FLAGS += --static-swift-stdlib -Xlinker --no-export-dynamic
endif

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-20s %s\n", $$1, $$2 }' Makefile

# For debugging, which takes half the time that optimizing takes, and leaves `make test` only the tests to build.
check: dependencies ## Build for debugging and check a spec (SPEC=specs/resnet50.yaml)
	$(SWIFT) build --product cnnc $(DEBUG_FLAGS)
	.build/debug/cnnc check $(SPEC)

test: dependencies ## Build for debugging and run every test
	$(SWIFT) build --product cnncPackageTests $(DEBUG_FLAGS)
	$(SWIFT) test --skip-build $(DEBUG_FLAGS)

test-reference: dependencies ## Run whole networks against PyTorch's outputs and count allocations, optimized (CNNC_SHARED=../shared)
	CNNC_TESTS="InterpreterTests RandomSpecsTests" $(SWIFT) test -c release -Xswiftc -enable-testing --filter 'InterpreterTests|AllocationTests' --scratch-path .build-release-tests

sanitize: dependencies ## Run the runtime's tests under the address and the thread sanitizer (Linux)
	scripts/sanitize.sh

format: ## Rewrite the sources in the project's format
	$(SWIFT) format --in-place --recursive --parallel $(FORMATTED)

lint: ## Fail on any source that is not in the project's format
	$(SWIFT) format lint --strict --recursive --parallel $(FORMATTED)

test-generate: release ## Run the zoo as generated code beside the interpreter, built without a warning (NETWORKS=...)
	scripts/test-generate.sh $(CNNC) $(NETWORKS)

# The longest first, in two processes. Specs are drawn anew for each run; a folder for each spec.
EXCHANGE := exchange-steps-1 exchange-steps-2 exchange-onnx exchange-torch exchange-training exchange-verify
.PHONY: $(EXCHANGE) exchange-specs

test-exchange: $(EXCHANGE) ## Compare networks as ONNX and PyTorch with cnnc, -j2 on two processors (PYTHON with the packages; RANDOM_SPECS=100, NETWORKS=...)

exchange-specs: release
	@rm -rf .build/exchange && mkdir -p .build/exchange/random
	@if [ -n "$(RANDOM_SPECS)" ]; then \
	  $(SWIFT)c -O -package-name cnnc -parse-as-library -o .build/exchange/write Tests/RandomSpecs/*.swift scripts/WriteRandomSpecs.swift && \
	  .build/exchange/write .build/exchange/random $(RANDOM_SPECS); fi

exchange-onnx: exchange-specs
	$(PYTHON) scripts/test_onnx.py --cnnc $(CNNC) --random .build/exchange/random --only $(NETWORKS)

exchange-torch: exchange-specs
	$(PYTHON) scripts/test_torch.py --cnnc $(CNNC) --random .build/exchange/random \
	  $(if $(CNNC_SHARED),--reference $(CNNC_SHARED)/reference) $(NETWORKS)

exchange-steps-1 exchange-steps-2: exchange-steps-%: exchange-specs
	$(PYTHON) scripts/test_training_steps.py --cnnc $(CNNC) --random .build/exchange/random --part $*/2 $(NETWORKS)

exchange-training: exchange-specs
	$(PYTHON) scripts/test_torch_training.py --cnnc $(CNNC)

exchange-verify: exchange-specs
	$(PYTHON) scripts/test_verify.py --cnnc $(CNNC)

bench-generate: release ## Time the zoo's plans, generated and interpreted, in turns (NETWORKS="resnet50 vgg16")
	scripts/test-generate.sh $(CNNC) --time $(NETWORKS)

test-kill: release ## Kill runs of training at random moments, go on, and compare the results bit for bit (KILLS=10 SEED=1)
	scripts/kill.sh $(CNNC)

test-editors: release ## Test the VS Code extension under Node, and `cnnc lsp` by a client of others (PYTHON with pytest-lsp)
	PYTHON="$(PYTHON)" scripts/test-editors.sh $(CNNC)

# Pages are made beside what is built.
test-page: release ## Use pages of `cnnc graph` in a headless Chromium, with keys, a phone and paper (CHROMIUM, needs node)
	for name in lenet5 resnet50 googlenet unet siamese; do \
	  $(CNNC) graph specs/$$name.yaml -o .build/$$name.html && node scripts/test-page.mjs .build/$$name.html || exit 1; \
	done

test-scripts: ## Test the scripts of `make bench`: loads, refusals, tables by processor (needs python3 alone; measures nothing)
	@if command -v $(PYTHON) >/dev/null 2>&1; then $(PYTHON) -m unittest discover -s scripts/tests -t scripts; \
	else echo "Scripts: not tested, since there is no $(PYTHON)"; fi

test-neon: ## Check the C kernels for 64-bit Arm, under qemu-aarch64 on other machines
	scripts/test-kernels-neon.sh

# In the folder of the debug build, so that what `make test` has built is not built again.
EXAMPLE_FLAGS := --scratch-path .build $(DEBUG_FLAGS)

examples: dependencies ## Build the examples, and send the server requests that mean harm
	$(SWIFT) build --package-path Examples/Classify $(EXAMPLE_FLAGS)
	$(SWIFT) build --package-path Examples/BuildPlugin $(EXAMPLE_FLAGS)
	.build/debug/BuildPlugin
	$(SWIFT) build --package-path Examples/Train $(EXAMPLE_FLAGS)
	@if [ -d "$(CNNC_SHARED)/data/mnist" ]; then \
	  .build/debug/Train "$(CNNC_SHARED)/data/mnist" .build/digits.safetensors 1 0.02; \
	else echo "Examples/Train: built and not run, since there is no MNIST: set CNNC_SHARED to the folder that has data/mnist"; fi
	$(SWIFT) build --product cnnc $(DEBUG_FLAGS)
	@if $(SWIFT) package --package-path Examples/Server --scratch-path .build resolve; then \
	  $(SWIFT) build --package-path Examples/Server --build-tests $(EXAMPLE_FLAGS) && \
	  $(SWIFT) test --package-path Examples/Server --skip-build $(EXAMPLE_FLAGS) && \
	  scripts/test-server.sh .build/debug/Server .build/debug/cnnc; \
	else echo "Examples/Server: skipped, since its packages cannot be fetched"; fi

bench-check: release ## Measure the time and memory that `cnnc check` takes
	scripts/bench-check.sh $(CNNC)

bench: release ## Measure beside the peers on a quiet machine and write docs/performance.md (CNNC_SHARED, PYTHON with the peers)
	$(PYTHON) scripts/bench.py --cnnc $(CNNC) $(BENCH_FLAGS)

fuzz: dependencies ## Fuzz what reads files, each target for SECONDS (600), with libFuzzer (TARGETS="specs"; Linux)
	scripts/fuzz.sh $(SECONDS) $(TARGETS)

hostile: release ## Run cnnc over inputs that mean harm, failing streams and signals, within limits of memory and time
	scripts/hostile.sh $(CNNC)

release: dependencies ## Build .build/release/cnnc
	CNNC_COMMIT=$(COMMIT) $(SWIFT) build $(RELEASE_FLAGS) $(SWIFT_BUILD_FLAGS)

man: release ## Write the manual's pages into .build/man (from the command line's own help)
	scripts/man-pages.sh $(CNNC) .build/man

install: man ## Install cnnc, its manual, completions, specs and recipes below PREFIX (/usr/local; DESTDIR for packages)
	scripts/install.sh $(CNNC) .build/man "$(DESTDIR)$(PREFIX)"

uninstall: ## Remove what `make install` has put below PREFIX
	scripts/uninstall.sh "$(DESTDIR)$(PREFIX)"

archive: man ## Make .build/cnnc-VERSION-SYSTEM-PROCESSOR.tar.gz of what `make install` installs
	scripts/make-archive.sh $(CNNC) .build/man .build

deb: man ## Make .build/cnnc_VERSION_ARCHITECTURE.deb (Debian, Ubuntu)
	scripts/make-deb.sh $(CNNC) .build/man .build

artifactbundle: release ## Make .build/cnnc.artifactbundle, the plugins' tool for packages that shall not build it (docs/building.md)
	scripts/make-artifactbundle.sh $(CNNC) .build/cnnc.artifactbundle

# Behind `make test` and `make examples` little of it is built.
test-artifactbundle: artifactbundle ## Build a package whose plugin has the bundle's program for its tool, edit its spec, and again
	SWIFT="$(SWIFT)" scripts/test-artifactbundle.sh .build/cnnc.artifactbundle

docs: dependencies ## Build the libraries' documentation into .build/docs, warnings as errors; fails on public symbols without any
	SWIFT="$(SWIFT)" scripts/docs.sh .build/docs

dependencies: ## Install libyaml, libjpeg-turbo and libpng if they are missing
	@sh scripts/install-dependencies.sh

clean: ## Remove everything that was built
	$(SWIFT) package clean
