# A thin front door over CMake's presets (CMakePresets.json). On a fresh machine put
# `sh .ci/setup` in front: it installs what is missing.
.PHONY: run run-all forecast-table sweeps report picture test bench coverage-of-intervals binomial
.PHONY: fuzz coverage mutants reference format build clean
SCENARIO ?= params/ct2011-06-24.yaml
PLANB = build/release/planb

build:
	@cmake --preset release --log-level=WARNING >/dev/null
	@cmake --build --preset release --target planb

# The forecast of the Connecticut vote of June 2011, on one page.
run: build
	$(PLANB) run $(SCENARIO) --overwrite

# The dated scenarios in the order of their dates, each with its page, and the forecast through time.
DATED = ct2011-03-02 ct2011-05-04 ct2011-05-11 ct2011 ct2011-06-24 ct2011-06-28 ct2011-08-17 \
        ct2017-05-12

run-all: build
	@for name in $(DATED); do $(PLANB) run params/$$name.yaml --overwrite || exit 1; echo; done
	@$(MAKE) --no-print-directory forecast-table

# One row for each of their results: the README's table.
forecast-table:
	@python3 results/forecast_table.py $(PLANB) $(DATED:%=results/%.h5)

# Everything, in the build people use and again under the sanitizers.
test:
	cmake --preset release --log-level=WARNING >/dev/null
	cmake --build --preset release
	ctest --preset release --no-tests=error
	cmake --preset asan --log-level=WARNING >/dev/null
	cmake --build --preset asan
	ctest --preset asan --no-tests=error --label-exclude whole

# The sweeps of params/sweeps.cmake: `make sweep-NAME -jN`, or all of them. One at a time, and not
# beside what a killed make left running: two ninjas in one build would disturb each other.
sweeps: sweep-all
sweep-%:
	@mkdir -p build
	@flock build/sweeps.lock sh -c 'cmake --preset release --log-level=WARNING >/dev/null && \
	    cmake --build --preset release --target $@ $(filter -j%,$(MAKEFLAGS)) -- -k 0'

# One page of pictures, results/NAME.html: of FILE with what else is in results/, or of a new run
# of ct2011 with all sweeps and all dated scenarios.
report: $(if $(FILE),,results/report.h5 sweeps $(DATED:%=results/dated-%.h5))
	sh results/report.sh $(or $(FILE),results/report.h5)

results/report.h5: build
	$(PLANB) run params/ct2011.yaml --draws 16384 --keep inputs --quiet --overwrite -o $@

results/dated-%.h5: params/%.yaml build
	@sh sim/sweep_point.sh dated $* $(PLANB) run $< --draws 8192 --keep none --quiet --overwrite -o $@

# The picture of the README.
picture: sweep-campaign
	/usr/bin/python3 results/picture.py

# Kills, power cuts, failing calls and allocations, turned bits: all of them, about 15 minutes.
faults: build
	cmake --build --preset release --target faults

# Against the same model in plain NumPy and in plain C with GSL, and kernel by kernel. Needs
# python3-numpy, python3-yaml and python3-h5py; times mean little on a busy machine.
bench: build
	cmake --build --preset release --target bench_kernels bench_diagram bench_shares plain_gsl
	/usr/bin/python3 tests/bench/bench.py build/release .
	build/release/tests/bench_kernels
	build/release/tests/bench_diagram

# How often printed 95% intervals hold the long-run value, over 1,000 seeds: five minutes of CPU.
coverage-of-intervals: build
	cmake --build --preset release --target coverage_of_intervals
	build/release/tests/coverage_of_intervals params/ct2011.yaml

# The binomial quantile against an inversion in 128 bits at 30 million points.
binomial: build
	cmake --build --preset release --target binomial
	build/release/tests/binomial

# Searches for inputs that break what users give planb, FUZZ_SECONDS (or FUZZ_RUNS inputs) for each
# of six targets; about 10,000 inputs a second, of result files 2,700. See tests/fuzz/search.sh for
# what to do with a finding.
FUZZ_SECONDS ?= 3600
FUZZ_LIMIT = $(if $(FUZZ_RUNS),-runs=$(FUZZ_RUNS),-max_total_time=$(FUZZ_SECONDS))
fuzz: build
	cmake --build --preset release --target summary_entries
	ctest --preset release --quiet -R '^seeds_'
	tests/fuzz/search.sh . build/fuzz build/release/tests/fuzz/seeds $(FUZZ_LIMIT)

# Which lines and branches of our code the tests reach (gcovr); the pages are in build/coverage.
# The scripts go first: a process that they kill while it writes its counts takes those of a file
# with it. Threads count without locks, so that a count may even be negative.
coverage:
	cmake -S . -B build/coverage -G Ninja -D CMAKE_BUILD_TYPE=Debug -D "CMAKE_C_FLAGS=-O1 --coverage" --log-level=WARNING >/dev/null
	cmake --build build/coverage
	find build/coverage -name '*.gcda' -delete
	ctest --test-dir build/coverage --output-on-failure -R '^(cli|bad_commands)$$'
	ctest --test-dir build/coverage --output-on-failure --label-exclude whole
	gcovr --root . --object-directory build/coverage --filter '(models|params|results|sim)/' --gcov-ignore-parse-errors \
	    --txt build/coverage/lines.txt --html-details build/coverage/index.html --print-summary \
	    --fail-under-line 95 --fail-under-branch 85

# Whether the tests notice when the code is changed: see tests/mutants.py. MUTANTS of them take
# about 4 s each.
MUTANTS ?= 200
mutants:
	/usr/bin/python3 tests/mutants.py . build/mutants -n $(MUTANTS)

# The generated pages; a test compares them.
reference: build
	$(PLANB) reference fields > params/REFERENCE.md
	$(PLANB) reference schema > params/scenario.schema.json

format:
	clang-format-14 -i models/*.[ch] params/*.[ch] results/*.[ch] sim/*.[ch] tests/*.[ch] tests/bench/*.c tests/fuzz/*.[ch]

clean:
	rm -rf build
