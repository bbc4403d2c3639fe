# The project's commands. `make` lists them.
#
# Each does the set-up it needs, and is quick when nothing has changed.

PREFIX ?= /usr/local
DESTDIR ?=
BUILD_JOBS ?= $(shell nproc)

# Clones share what was compiled before: ccache sees paths relative to the checkout.
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1

# Messages of a step that went well are not worth reading: they are kept for when it fails.
quietly = tools/quietly

.PHONY: help setup build demo demo-cloud test install package package-test reference format lint asan tsan bench clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: ## Install what building and testing need
	@tools/setup

build: setup ## Build the program: build/release/github-stats
	@$(quietly) configure cmake --preset release
	@$(quietly) build cmake --build --preset release -j $(BUILD_JOBS)

demo: build ## Collect an organisation into an embedded warehouse (GitHub's, with GITHUB_TOKEN and GITHUB_ORG; else a simulated one)
	@tools/demo

demo-cloud: build ## The same with a bucket and BigQuery (emulators on this machine, and a simulated GitHub)
	@tools/demo-cloud

test: build ## Run every test
	@ctest --preset release --output-on-failure -j $(BUILD_JOBS)

install: build ## Install below PREFIX (default /usr/local)
	@DESTDIR=$(DESTDIR) cmake --install build/release --prefix $(PREFIX)

package: ## Make a Debian package and a tarball: build/package/
	@tools/setup package
	@$(quietly) configure cmake --preset release
	@$(quietly) build cmake --build --preset release -j $(BUILD_JOBS) -- github-stats reference_files
	@tools/package

package-test: package ## Install both in roots that hold nothing else, and collect there
	@tools/setup package-test
	@tools/package-test

reference: build ## Write the parts of docs/ that are made from the program's own definitions
	@tools/reference build/release/github-stats-reference

format: ## Format the C++ sources
	@tools/setup lint
	@tools/sources | xargs clang-format -i

lint: ## Check formatting and run clang-tidy
	@tools/setup lint
	@tools/lint

asan: setup ## Run every test with the address and undefined-behaviour sanitizers
	@$(quietly) "configure (asan)" cmake --preset asan
	@$(quietly) "build (asan)" cmake --build --preset asan -j $(BUILD_JOBS)
	@ctest --preset asan --output-on-failure -j $(BUILD_JOBS)

tsan: setup ## Run every test with the thread sanitizer
	@$(quietly) "configure (tsan)" cmake --preset tsan
	@$(quietly) "build (tsan)" cmake --build --preset tsan -j $(BUILD_JOBS)
	@ctest --preset tsan --output-on-failure -j $(BUILD_JOBS)

bench: build ## Measure speed and memory
	@$(quietly) "configure (bench)" cmake --preset release -DGITHUB_STATS_BENCH=ON
	@$(quietly) "build (bench)" cmake --build --preset release -j $(BUILD_JOBS)
	@bench/run

clean: ## Remove what was built (not the downloaded packages)
	@rm -rf build demo-data
