# SPDX-License-Identifier: GPL-3.0-or-later
"""kill.py PLANB SOURCE SHIM N: kill -9 at N random moments, each time resumed with a random number
of threads: no damaged or partial result, nothing lost that was said to be saved, and in the end the
bytes of an undisturbed run."""
import os, random, re, subprocess, time

import common
from common import environment, fail, folder

random.seed(1)
reference = common.make_reference()
out = os.path.join(folder, "out.h5")
kills = finished = saved_blocks = 0


def start(*more):
    threads = random.choice([1, 2, 3])
    checkpoint = random.choice(["0", "0.005", "0.02"])
    return subprocess.Popen(
        common.command(out, "--checkpoint", checkpoint, "--progress", "json", *more, threads=threads),
        env=environment, stderr=subprocess.PIPE, text=True)


def length_of_a_run():
    begin = time.monotonic()
    start("--overwrite").communicate()
    os.unlink(out)
    return time.monotonic() - begin


longest = sorted(length_of_a_run() for _ in range(5))[2]  # some runs end before the signal comes
while kills < common.size:
    before = common.kept(out)
    process = start("--resume")
    time.sleep(random.uniform(0, longest))
    process.kill()
    said = process.communicate()[1]
    after = common.kept(out)
    if process.returncode == -9:
        kills += 1
    elif process.returncode != 0:
        fail(f"exit {process.returncode}: {said}")
    saved = max([int(n) for n in re.findall(r'"saved": (\d+)', said)] + [before or 0])
    common.check_final(out, reference, f"kill {kills}")
    if after is None:
        fail(f"kill {kills}: a damaged shard or manifest")
    elif not os.path.exists(out) and after < saved:
        fail(f"kill {kills}: {saved} draws were saved, {after} are there")
    saved_blocks += max(0, (after or 0) - (before or 0)) // 4096
    if process.returncode == 0 or (os.path.exists(out) and random.random() < 0.5):
        common.resume(out, reference, f"kill {kills}", threads=random.choice([1, 2, 3]))
        os.unlink(out)
        finished += 1
if not os.path.exists(out):
    common.resume(out, reference, "the last", threads=2)
    finished += 1
if finished == 0 or saved_blocks == 0:
    fail("nothing was ever finished, or nothing ever saved: this tested nothing")
common.finish(f"{kills} kills, {finished} runs finished after them, {saved_blocks} blocks saved on the way")
