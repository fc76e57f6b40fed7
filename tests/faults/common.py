# SPDX-License-Identifier: GPL-3.0-or-later
"""What the fault tests share: a run to be disturbed, and what must be true of what it leaves."""
import hashlib, os, re, shutil, subprocess, sys, tempfile

planb, source, shim, size = sys.argv[1:4] + [int(sys.argv[4])]  # `size`: how many faults
scenario = os.path.join(source, "params/generic.yaml")
draws = 12300  # three blocks of 4,096 and a little more
in_memory = "/dev/shm"  # no real disk is needed, nor worn out
folder = tempfile.mkdtemp(prefix="planb-faults-", dir=in_memory if os.access(in_memory, os.W_OK) else None)
environment = dict(os.environ, SOURCE_DATE_EPOCH="1308873600", OMP_NUM_THREADS="1")
failures = []


def fail(text):
    failures.append(text)
    print("FAILED:", text)


def finish(text):
    shutil.rmtree(folder, ignore_errors=True)
    print(text + f", {len(failures)} failures")
    sys.exit(1 if failures else 0)


def command(out, *more, threads=1):
    return [planb, "run", scenario, "-q", "--draws", str(draws), "-j", str(threads), "-o", out, *more]


def run(out, *more, env=None, threads=1):
    """Exit code and what was said."""
    done = subprocess.run(command(out, *more, threads=threads), env={**environment, **(env or {})},
                          capture_output=True, text=True, timeout=120)
    return done.returncode, done.stderr


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def make_reference():
    out = os.path.join(folder, "reference.h5")
    code, said = run(out)
    if code != 0:
        sys.exit("the undisturbed run failed: " + said)
    return digest(out)


def kept(out):
    """Draws that the work directory of `out` holds intact, 0 if none; None if it is damaged."""
    try:
        with open(out + ".part/manifest") as file:
            text = file.read()
    except FileNotFoundError:
        return 0
    body, _, last = text.rpartition("sha256 ")
    if last != hashlib.sha256(body.encode()).hexdigest() + "\n":
        return None
    end = 0
    for name, first, end, sha256 in re.findall(r"^shard (\S+) (\d+) (\d+) (\w+)$", body, re.M):
        path = f"{out}.part/{name}"
        if not os.path.exists(path) or digest(path) != sha256:
            return None
    return int(end)


def check_final(out, reference, what):
    """A file with the final name is whole, or it is not there."""
    if os.path.exists(out) and digest(out) != reference:
        fail(f"{what}: the result is not what it must be")


def resume(out, reference, what, threads=1):
    code, said = run(out, "--resume", threads=threads)
    if code != 0 or digest(out) != reference:
        fail(f"{what}: cannot go on, exit {code}: {said}")
    elif os.path.exists(out + ".part"):
        fail(f"{what}: {os.listdir(out + '.part')} left behind")
