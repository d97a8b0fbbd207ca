# `make` alone lists the targets. What a target needs from Debian is installed by scripts/system-packages.

.DEFAULT_GOAL := help
PREFIX ?= /usr/local
# Jobs of the Swift build; SwiftPM's own choice when empty. `make JOBS=1 build` needs less memory.
JOBS ?=
# A few tests at a time: with all begun at once each takes minutes, and the connections and deadlines in it run out on a busy machine.
swift_test = swift test --skip-build --disable-xctest --experimental-maximum-parallelization-width 6
swift_build = swift build $(if $(JOBS),--jobs $(JOBS))
plugins = storage-memory storage-sqlite transport-curl digest-openssl password-argon2
debug = .build/debug
release = .build/release

.PHONY: help setup build build-tests release test demo bench format lint check campaign check-sanitizers check-long install clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' Makefile | expand -t 18

setup: ## install every system package that any target needs
	@scripts/system-packages build test demo bench

build: ## build for debugging: .build/debug/vais and its plugins
	@scripts/system-packages build
	$(swift_build)
	@scripts/stage-debug

build-tests:
	@scripts/system-packages build test
	$(swift_build) --build-tests
	@scripts/stage-debug

release: ## build dist/: bin/vais, its plugins and plugins.toml; needs no Swift where it runs
	@scripts/system-packages build
	@for product in vais $(plugins); do $(swift_build) -c release --static-swift-stdlib --disable-local-rpath --product $$product || exit 1; done
	@scripts/stage-release dist $(release) $(plugins)

# Three runs: tests that compute, and tests that wait for other programs, occupy the threads that servers within a test process need to
# keep their times.
computing = VaisModelTests|VaisResolverTests|VaisArchiveTests|VaisProtocolTests
apart = ConformanceTests|EndToEndTests|PluginTests|StorageSQLiteTests

test: build-tests ## build and run every test
	$(swift_test) --filter '^($(computing))\.'
	$(swift_test) --skip '^($(computing)|$(apart))\.'
	$(swift_test) --filter '^($(apart))\.'

demo: release ## a registry and a client at work on real packages, in a temporary folder
	@scripts/system-packages demo
	@python3 -B scripts/demo

bench: release ## measure, and print ratios to curl, tar, sha256sum and nginx
	@scripts/system-packages bench
	@python3 -B Benchmarks

format: ## format the sources in place
	swift format --in-place --recursive --parallel Sources Tests Examples Package.swift

lint: ## check formatting, style and the direction of imports
	swift format lint --strict --recursive --parallel Sources Tests Examples Package.swift
	@scripts/system-packages test
	@scripts/check-imports
	@scripts/check-sources
	@scripts/check-plugin-docs
	@scripts/check-abi
	@scripts/check-rust-template

check: lint test ## what CI runs

campaign: build-tests ## kill servers and clients at random, VAIS_KILL_ROUNDS times
	VAIS_KILL_ROUNDS=$${VAIS_KILL_ROUNDS:-200} $(swift_test) --filter KillTests

check-sanitizers: ## the conformance kit over our plugins, all built with sanitizers: address and undefined, then thread
	@scripts/system-packages build test
	@scripts/check-sanitizers

check-long: check campaign check-sanitizers demo bench ## the same with a long campaign of kills, the sanitizers, then the demo and the benchmarks

install: release ## copy dist/ to PREFIX (/usr/local): bin, lib/vais/plugins, etc/vais
	@scripts/install-dist dist "$(DESTDIR)$(PREFIX)"

clean: ## remove what was built
	rm -rf .build .build-asan .build-tsan dist
