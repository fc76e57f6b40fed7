#!/usr/bin/env python3
"""mutants.py SOURCE BUILD [-n NUMBER] [-s SEED] [FILE ...]

Are the tests any good? Changes one thing at a time in a copy of the sources, such as < to <= or
a statement to nothing, and runs the tests of that file under the sanitizers. A mutant is killed if
one fails or hangs; one that does not compile does not count. Survivors are printed: each wants a look, since it is a
missing test, dead code, or a change that means nothing. Exit 1 if fewer than 85% are killed.

FILE: sources with a row in TESTS (default: all of them). The sample is a function of NUMBER, SEED
and the sources."""

import argparse
import pathlib
import random
import re
import shutil
import subprocess
import sys

LOADER = ["bad", "load_rules", "load_counts", "load_files", "load_evidence", "load_revenue", "load",
          "replay_scenario", "replay_csv"]

# The tests that must notice a change, cheapest first: of a file, or of a folder. The replays of
# what fuzzers begin with also notice what is not given back.
TESTS = {
    "models/rule.c": ["rule", "load_rules", "diagram"],
    "models/diagram.c": ["diagram", "power"],
    "models/acceptance.c": ["acceptance", "rule"],
    "results/statistics.c": ["ratio", "memory", "summary", "results", "sampler", "given", "compare",
                             "parameter_share", "by_hand"],
    "results/histogram.c": ["histogram", "summary"],
    "results/summary_table.c": ["results", "summary", "replay_summary"],
    "results/statistics_pack.c": ["parts"],
    "results/manifest.c": ["parts"],
    "results/seal.c": ["parts"],
    "params/parameters.c": ["parts", "compare"],
    "params/terms.c": ["terms"],
    "params/targets.c": LOADER + ["target"],
    "params/check_revenue.c": LOADER + ["bootstrap"],
    "params/text.c": ["text"] + LOADER,
    "params/uncertain.c": LOADER + ["uncertain"],
    "params/check_uncertain.c": LOADER + ["uncertain"],
    "params/vintages_file.c": LOADER + ["bootstrap"],
    "params": LOADER,
}
LEFT_OUT = ("params/reference.c", "params/schema", "params/fields_")  # tables and printed pages

OPERATORS = [
    (r" < ", " <= "), (r" <= ", " < "), (r" > ", " >= "), (r" >= ", " > "),
    (r" == ", " != "), (r" != ", " == "), (r" && ", " || "), (r" \|\| ", " && "),
    (r" \+ ", " - "), (r" - ", " + "), (r" \* ", " / "), (r"\+\+", "--"),
    (r" \+= ", " -= "), (r" \|= ", " &= "), (r"\btrue\b", "false"), (r"\bfalse\b", "true"),
    (r"(?<![\w.\"])0(?![\w.\"])", "1"), (r"(?<![\w.\"])1(?![\w.\"])", "2"), (r"(?<=[(\s])!(?=\w)", ""),
]
STATEMENT = re.compile(r"^\s+[\w>.\[\]*-]+(\(.*\)| [-+|]?= .*);$")


def tests_of(name):
    return TESTS.get(name) or TESTS.get(name.split("/")[0])


def code_lines(text):
    """Numbers of the lines that are code in a function: no comment, no directive, no table."""
    in_comment = False
    for number, line in enumerate(text):
        bare = line.strip()
        starts, ends = bare.startswith("/*"), "*/" in bare
        if in_comment or starts or bare.startswith(("#", "//", "*")):
            in_comment = (in_comment or starts) and not ends
        elif line.startswith("    ") and '"' not in line.split("(")[0] and "assert(" not in line:
            yield number


def mutants_of(name, text):
    for number in code_lines(text):
        line = re.sub(r"/\*.*?\*/", lambda m: " " * len(m[0]), text[number])
        strings = [m.span() for m in re.finditer(r'"(\\.|[^"\\])*"', line)]
        for pattern, new in OPERATORS:
            for found in re.finditer(pattern, line):
                if not any(a <= found.start() < b for a, b in strings):
                    changed = text[number][:found.start()] + new + text[number][found.end():]
                    yield name, number, changed
        if STATEMENT.match(line):
            yield name, number, ";\n"


def run(words, seconds):
    try:
        return subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              timeout=seconds).returncode
    except subprocess.TimeoutExpired:
        return -1


def target(test):
    return test if test.startswith("replay_") else "test_" + test


def build(folder, tests):
    targets = [target(test) for test in tests]
    return run(["cmake", "--build", folder / "build", "--target"] + targets, 600) == 0


def command(folder, test):
    tests = folder / "build" / "tests"
    if test.startswith("replay_"):
        return [tests / "fuzz" / test, tests / "fuzz" / "seeds" / test.removeprefix("replay_")]
    return [tests / target(test), "--jobs", "2"]


def is_killed(folder, tests):
    return any(run(command(folder, test), 60) != 0 for test in tests)


def prepare(source, folder):
    copy = folder / "source"
    shutil.rmtree(copy, ignore_errors=True)
    # new times of change: what was built from an earlier copy is built again
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("build", ".git"),
                    copy_function=shutil.copy)
    subprocess.run(["cmake", "-S", copy, "-B", folder / "build", "-G", "Ninja",
                    "-D", "CMAKE_BUILD_TYPE=Debug", "-D", "CMAKE_C_FLAGS=-O1",
                    "-D", "PLANB_SANITIZE=address,undefined"],
                   check=True, stdout=subprocess.DEVNULL)
    for do in (["cmake", "--build", folder / "build", "--target", "planb", "summary_entries"],
               ["ctest", "--test-dir", folder / "build", "-R", "^seeds_"]):
        subprocess.run(do, check=True, stdout=subprocess.DEVNULL)
    return copy


def main():
    options = argparse.ArgumentParser()
    options.add_argument("source", type=pathlib.Path)
    options.add_argument("build", type=pathlib.Path)
    options.add_argument("-n", type=int, default=200)
    options.add_argument("-s", type=int, default=1)
    options.add_argument("files", nargs="*")
    given = options.parse_args()

    names = given.files or sorted(
        {name for name in TESTS if name.endswith(".c")}
        | {f"params/{p.name}" for p in (given.source / "params").glob("*.c")})
    names = [name for name in names if not name.startswith(LEFT_OUT)]
    copy = prepare(given.source, given.build)
    texts = {name: (copy / name).read_text().splitlines(keepends=True) for name in names}
    mutants = [m for name in names for m in mutants_of(name, texts[name])]
    sample = sorted(random.Random(given.s).sample(mutants, min(given.n, len(mutants))))
    for name in names:
        if not build(given.build, tests_of(name)) or (name == names[0] and
                                                      is_killed(given.build, tests_of(name))):
            sys.exit(f"{name}: its tests fail without a mutant")

    killed = survived = stillborn = 0
    for name, number, changed in sample:
        path, text = copy / name, texts[name]
        path.write_text("".join(text[:number] + [changed] + text[number + 1:]))
        if not build(given.build, tests_of(name)):
            stillborn += 1
        elif is_killed(given.build, tests_of(name)):
            killed += 1
        else:
            survived += 1
            print(f"survived: {name}:{number + 1}\n  - {text[number].strip()}\n"
                  f"  + {changed.strip()}", flush=True)
        path.write_text("".join(text))
    share = killed / max(1, killed + survived)
    print(f"{killed} of {killed + survived} mutants killed ({100 * share:.0f}%), {stillborn} did "
          f"not compile, {len(mutants)} possible")
    sys.exit(share < 0.85)


if __name__ == "__main__":
    main()
