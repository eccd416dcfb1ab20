# Every recipe hands over to a script: the logic, with the flags of the builds, is in scripts/.
.DEFAULT_GOAL := help
.PHONY: help run build debug test lint format bench bench-quick microbench sanitize-thread sanitize-address fuzz clean

ARGS ?=
BENCH_ARGS ?=
SECONDS ?= 60

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Install what is missing, build optimised, start the gateway (options: ARGS="--port 9000")
	@scripts/run.sh $(ARGS)

build: ## Build the optimised binary, .build/release/martlet
	@scripts/build.sh release

debug: ## Build the debug binary, .build/debug/martlet
	@scripts/build.sh debug

test: ## Run everything that must pass: style, unit and socket tests, linkage, SDK tests, a little fuzzing
	@scripts/test.sh

lint: ## Check the style of the Swift code
	@scripts/style.sh lint

format: ## Rewrite the Swift code in the style of the project
	@scripts/style.sh format

bench: ## Measure against nginx, full length (options: BENCH_ARGS="--only answer-10k")
	@scripts/bench.sh $(BENCH_ARGS)

bench-quick: ## The same with short rounds, for a first impression
	@scripts/bench.sh --quick $(BENCH_ARGS)

microbench: ## Measure without a network: JSON, stream framing, HTTP/1.1, dialects
	@scripts/microbench.sh

sanitize-thread: ## Run the Swift tests under ThreadSanitizer
	@scripts/sanitize.sh thread

sanitize-address: ## Run the Swift tests under AddressSanitizer
	@scripts/sanitize.sh address

fuzz: ## Fuzz the JSON and stream parsers and the dialects (SECONDS=60 for each)
	@scripts/fuzz.sh $(SECONDS)

clean: ## Remove everything that was built or installed here
	rm -rf .build .build-thread .build-address .venv .venv-instructor bench/results
	find bench Tests -name __pycache__ -type d -prune -exec rm -rf {} +
	find bench Tests -name .pytest_cache -type d -prune -exec rm -rf {} +
