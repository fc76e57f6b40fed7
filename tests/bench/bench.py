# SPDX-License-Identifier: GPL-3.0-or-later
"""make bench: planb against the same model in plain NumPy and in plain C with GSL.

Times are CPU seconds of the process (user and system), medians over rounds in which the programs
take turns; times a draw are slopes between a short and a long run, so that they hold no set-up.
Exits 1 if the three programs do not agree. Appends a line to bench.csv in the build directory.
"""
import csv
import datetime
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time

import h5py
import yaml

import plain_numpy

BUILD, SOURCE = sys.argv[1:3]
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
PLANB, GSL = f"{BUILD}/planb", f"{BUILD}/tests/plain_gsl"
TARGET = 0.0005
CASES = {
    "1996 rule": ("ct2011.yaml", []),
    "July 2011 rule": ("ct2011.yaml", ["rounds[0].rule=sebac2011jul"]),
    "1996 rule, known on 17 June": ("ct2011-06-24.yaml", ["scenario.as_of=2011-06-17"]),
    "1996 rule, known on 24 June": ("ct2011-06-24.yaml", []),
}
WANTED = {"1996 rule": (300, 200), "July 2011 rule": (600, 400), "1996 rule, known on 17 June": (60, 40)}


def child(command, **environment):
    """Runs a command: its output, CPU seconds, wall seconds and peak memory in MB."""
    start = time.monotonic()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL,
                                   env={**os.environ, **environment})
        _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            raise SystemExit(f"failed: {' '.join(command)}")
        out.seek(0)
        text = out.read().decode()
    return text, usage.ru_utime + usage.ru_stime, time.monotonic() - start, usage.ru_maxrss / 1024


def planb(case, draws, *options, isa="", threads=1, seed=1):
    scenario, overrides = CASES[case]
    sets = [x for o in overrides for x in ("--set", o)]
    return child([PLANB, "run", f"{SOURCE}/params/{scenario}", "--keep", "none", "--json", "--overwrite",
                  "-o", FILE, "-j", str(threads), "--draws", str(draws), "--seed", str(seed),
                  *sets, *options], PLANB_ISA=isa)


def gsl(case, draws, seed):
    scenario, overrides = CASES[case]
    out = json.loads(child([GSL, f"{SOURCE}/params/{scenario}", str(draws), str(seed), *overrides])[0])
    return out["estimates"], out["cpu"]


def numpy(case, draws, chunk, seed):
    start = time.process_time()
    estimates = plain_numpy.run(MODEL[case], draws, chunk, seed)
    return estimates, time.process_time() - start


def resolved():
    """The scenario of the last run of planb, with every default, as its result file has it."""
    with h5py.File(FILE) as file:
        return yaml.safe_load(file.attrs["scenario_yaml"])


def levels():
    found = []
    for isa in ("v4", "v3", "v2", "generic"):
        run = subprocess.run([PLANB, "--version"], env={**os.environ, "PLANB_ISA": isa},
                             capture_output=True, text=True, check=False)
        if f"kernels {isa}" in run.stdout:
            found.append(isa)
    return found


def estimate(summary, name):
    """planb's value and standard error of a headline number of the plain programs."""
    keys = name.split("/")
    if keys[-1] == "AFSCME4":
        keys[-1:] = ["unions", "AFSCME4", "approves"]
    if name.startswith("balanced"):
        keys.append("both_years")
    if keys[0] in ("rescission", "mitigation"):
        keys.append("0")
    found = summary
    for key in keys:
        found = found[int(key)] if isinstance(found, list) else found[key]
    found = found.get("mean", found)
    return found["value"], found["se"]


# ---- agreement ----

def agree(case, draws=131072):
    """z scores of all pairs of programs over all headline numbers; those beyond 5 are told."""
    ours = json.loads(planb(case, draws, seed=7)[0])
    estimates = {"NumPy": numpy(case, draws, CHUNK, 11)[0], "GSL": gsl(case, draws, 12)[0]}
    worst, n, wrong = 0.0, 0, []
    for name in estimates["GSL"]:
        values = {"planb": estimate(ours, name), **{k: e[name] for k, e in estimates.items()}}
        for a, b in (("planb", "NumPy"), ("planb", "GSL"), ("NumPy", "GSL")):
            se = math.hypot(values[a][1] or 0.0, values[b][1])
            # a mean of few events has no better error than one event's
            apart = abs(values[a][0] - values[b][0])
            z = apart / se if se > 0 else 0.0 if apart < 10.0 / draws else math.inf
            worst, n = max(worst, z), n + 1
            if z > 5:
                wrong.append(f"  {name}: {a} {values[a]}, {b} {values[b]}, z = {z:.1f}")
    print(f"  {case:32} {n} comparisons, largest |z| {worst:.1f}")
    for line in wrong:
        print(line)
    return not wrong


# ---- time a draw ----

def slopes(case):
    """CPU microseconds a draw of every program in every round."""
    programs = {}
    for isa in LEVELS:
        for sampling in ("sobol", "random"):
            def run(draws, isa=isa, sampling=sampling):
                return planb(case, draws, "--sampling", sampling, isa=isa)[1]
            long = 20480 if isa == "v2" else 69632
            programs[f"planb {isa} {sampling}"] = (
                lambda run=run, long=long: (run(long) - run(4096)) / (long - 4096))
    programs["NumPy"] = lambda: numpy(case, 32768, CHUNK, 3)[1] / 32768
    programs["GSL"] = lambda: gsl(case, 65536, 3)[1] / 65536
    rounds = [{name: 1e6 * run() for name, run in programs.items()} for _ in range(ROUNDS)]
    return {name: [r[name] for r in rounds] for name in programs}


def best_chunk(case):
    times = {c: numpy(case, 32768, c, 1)[1] for c in (512, 1024, 2048, 4096, 8192, 16384)}
    return min(times, key=times.get)


def two_threads(case):
    """Wall time of one thread over that of two, draws alone; and the machine's load."""
    ratios = []
    for _ in range(ROUNDS):
        one, two = ([planb(case, d, threads=t)[2] for d in (4096, 266240)] for t in (1, 2))
        ratios.append((one[1] - one[0]) / (two[1] - two[0]))
    return statistics.median(ratios), os.getloadavg()[0]


# ---- time to a standard error ----

def to_target(case, isa):
    """The fewest draws, a power of two, that give P(ratified) of round 1 its standard error as the
    root mean square over seeds; and what such a run takes, set-up included."""
    draws = 1024
    while True:
        draws *= 2
        runs = [planb(case, draws, isa=isa, seed=s) for s in range(1, 21)]
        found = [json.loads(r[0])["rounds"][0]["ratified"] for r in runs]
        se = math.sqrt(statistics.mean(f["se"] ** 2 for f in found))
        if se <= TARGET or draws >= 1 << 20:
            p = statistics.mean(f["value"] for f in found)
            return draws, se, p, statistics.median(r[1] for r in runs)


def time_to_target(row):
    print(f"\nCPU seconds to a standard error of {TARGET} on rounds[0].ratified")
    print(f"  {'':32} {'plain draws':>11} {'NumPy':>8} {'GSL':>8}   planb: draws, se, CPU, and ratios")
    for case in CASES:
        plain = {"NumPy": [], "GSL": []}
        for i in range(ROUNDS):
            plain["NumPy"].append(numpy(case, 16384, CHUNK, i)[1] / 16384)
            plain["GSL"].append(gsl(case, 32768, i + 1)[1] / 32768)
        for isa in [x for x in LEVELS if x in ("v4", "v3")]:
            draws, se, p, cpu = to_target(case, isa)
            needed = p * (1.0 - p) / TARGET ** 2
            numpy_s, gsl_s = (needed * statistics.median(plain[k]) for k in ("NumPy", "GSL"))
            wanted = dict(zip(("v4", "v3"), WANTED.get(case, ("-", "-"))))[isa]
            print(f"  {case:32} {needed:11.0f} {numpy_s:8.3f} {gsl_s:8.3f}   {isa} {draws:7} "
                  f"{se:.6f} {cpu:.3f} s  {numpy_s / cpu:5.0f}x NumPy ({wanted}), {gsl_s / cpu:5.0f}x GSL")
            row[f"to_se {case} {isa}"] = round(numpy_s / cpu, 1)


def main():
    row = {"date": datetime.datetime.now().isoformat(timespec="seconds")}
    row["version"] = subprocess.run([PLANB, "--version"], capture_output=True, text=True,
                                    check=True).stdout.strip()
    print(f"{row['version']}; levels {' '.join(LEVELS)}; NumPy {plain_numpy.np.__version__} in "
          f"chunks of {CHUNK}; {ROUNDS} rounds; load {os.getloadavg()[0]:.1f}\n\nAgreement")
    right = all([agree(case) for case in CASES])

    print("\nA draw of ct2011.yaml, both rounds and the budget, one thread")
    times = slopes("1996 rule")
    for name, t in times.items():
        ratio = {b: statistics.median(x / y for x, y in zip(times[b], t)) for b in ("NumPy", "GSL")}
        us = statistics.median(t)
        print(f"  {name:20} {us:7.2f} us {1e6 / us:9.0f} draws/s  {ratio['NumPy']:5.2f}x NumPy  "
              f"{ratio['GSL']:5.2f}x GSL")
        row[name] = round(us, 3)
    speedup, load = two_threads("1996 rule")
    print(f"  two threads: {speedup:.2f}x one, wall time (wanted 1.9; load {load:.1f}, needs an idle machine)")

    shares = json.loads(child([f"{BUILD}/tests/bench_shares", f"{SOURCE}/params/ct2011.yaml",
                               os.path.dirname(FILE)])[0])
    total = shares["simulation"]
    print(f"\nOf the CPU time of simulating: statistics {shares['statistics'] / total:.1%} (wanted 4%), "
          f"output with checksums {shares['output'] / total:.1%} (wanted 10%)")
    memory = {d: planb("1996 rule", d)[3] for d in (65536, 1048576)}
    print("Peak memory, --keep none: " + ", ".join(f"{m:.1f} MB for {d:,} draws" for d, m in memory.items())
          + f"; NumPy's process {plain_memory():.0f} MB")
    row.update(two_threads=round(speedup, 2), statistics=round(shares["statistics"] / total, 4),
               output=round(shares["output"] / total, 4), memory_mb=round(memory[65536], 1))

    time_to_target(row)
    append(row)
    if not right:
        raise SystemExit("the programs do not agree")


def plain_memory():
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


def append(row):
    path = f"{BUILD}/bench.csv"
    new = not os.path.exists(path)
    with open(path, "a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(row))
        if new:
            writer.writeheader()
        writer.writerow(row)
    print(f"\nA line was added to {path}")


with tempfile.TemporaryDirectory() as directory:
    FILE = f"{directory}/bench.h5"
    LEVELS, MODEL = levels(), {}
    for one in CASES:
        planb(one, 4096)
        MODEL[one] = plain_numpy.Model(resolved())
    CHUNK = best_chunk("1996 rule")
    main()
