# SPDX-License-Identifier: GPL-3.0-or-later
"""locks.py PLANB SOURCE SHIM N: on a file system without locks the lock file alone keeps a second
run away, which is said; one that a process of this host has left is taken over."""
import os, socket, subprocess

import common
from common import fail, folder, shim

reference = common.make_reference()
out = os.path.join(folder, "out.h5")
lock = out + ".part/LOCK"
ended = subprocess.Popen(["true"])
ended.wait()
without_locks = {"LD_PRELOAD": shim, "FAULT_ROOT": folder, "FAULT_LOCKS": "none"}
HOST = socket.gethostname()
CASES = [  # what the lock file says, the exit code, what is said
    (None, 0, "this file system has no locks; only"),
    (f"{ended.pid} {HOST}\n", 0, f"process {ended.pid} on {HOST}, which has ended: taken over"),
    (f"{os.getpid()} {HOST}\n", 73, f"written by process {os.getpid()} on {HOST}; if that has ended, remove"),
    ("1 another-host\n", 73, "written by process 1 on another-host; if that has ended, remove"),
    ("", 73, "written by another run; if that has ended, remove"),
]
for text, expected, message in CASES:
    if text is not None:
        os.makedirs(out + ".part", exist_ok=True)
        with open(lock, "w") as file:
            file.write(text)
    done = subprocess.run([w for w in common.command(out) if w != "-q"] + ["--progress", "none"],
                          env={**common.environment, **without_locks}, capture_output=True, text=True)
    if done.returncode != expected or message not in done.stderr:
        fail(f"{text!r}: exit {done.returncode}: {done.stderr}")
    if expected == 73 and (os.path.exists(out) or open(lock).read() != text):
        fail(f"{text!r}: a refused run has changed something")
    if expected == 0:
        common.check_final(out, reference, repr(text))
        os.unlink(out)
common.finish(f"{len(CASES)} locks")
