# The two commands that matter on a fresh Debian 12 machine: `make run` and `make test`.

PRESET ?= dev
PLATFORM ?= examples/platform
ARGS ?=
JOBS ?= $(shell nproc)

.PHONY: run test bench build release web setup format tidy clean fuzz help

help:
	@sed -n 's/^## //p' Makefile

## make run      install what is missing, build, and bring the example platform to life (PLATFORM=… ARGS=…)
run: release
	build/release/goldenpath up $(PLATFORM) $(ARGS)

## make test     install what is missing, build, and pass every test
test: setup web
	cmake --preset $(PRESET) >build/configure-$(PRESET).log 2>&1 || { cat build/configure-$(PRESET).log; false; }
	cmake --build --preset $(PRESET) -j $(JOBS)
	ctest --preset $(PRESET) -j $(JOBS)

## make bench    build the release and print the benchmarks
bench: release
	tools/setup --bench
	cmake --build --preset release -j $(JOBS) --target benchmarks
	bench/run

## make release  build/release/goldenpath, what users run
release: setup-run web
	cmake --preset release >build/configure-release.log 2>&1 || { cat build/configure-release.log; false; }
	cmake --build --preset release -j $(JOBS) --target goldenpath

## make web      the portal's front end, rebuilt when its sources changed
web: setup-run
	tools/build-web

setup:
	@mkdir -p build
	tools/setup

.PHONY: setup-run
setup-run:
	@mkdir -p build
	tools/setup --run-only

## make format   clang-format over our sources
format:
	git ls-files '*.cpp' '*.hpp' | xargs clang-format-19 -i

## make tidy     clang-tidy over what changed since main (needs clang-tidy-19)
tidy:
	git diff --name-only --diff-filter=d origin/main... -- 'src/*.cpp' | xargs -r clang-tidy-19 -p build/dev

## make fuzz     each fuzz target for a minute (SECONDS_EACH=…)
fuzz: setup
	cmake --preset fuzz && cmake --build --preset fuzz -j $(JOBS) --target fuzzers
	fuzz/run

## make clean    remove everything that was built
clean:
	rm -rf build web/dist
