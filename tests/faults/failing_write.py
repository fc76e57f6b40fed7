# SPDX-License-Identifier: GPL-3.0-or-later
"""failing_write.py PLANB SOURCE SHIM N: each call that changes the disk fails in turn (at most N of
them, evenly chosen), once and from then on: no result, or the right one; an error with a message;
and afterwards the run goes on from what it had."""
import os, shutil

import common
from common import fail, folder, shim

reference = common.make_reference()
count = os.path.join(folder, "count")
place = os.path.join(folder, "disk")
out = os.path.join(place, "out.h5")


def disturbed(**env):
    os.makedirs(place)
    return common.run(out, "--checkpoint", "0", env={"LD_PRELOAD": shim, "FAULT_ROOT": place, **env})


code, said = disturbed(FAULT_COUNT=count)
if code != 0:
    fail(f"undisturbed, exit {code}: {said}")
common.check_final(out, reference, "undisturbed")
shutil.rmtree(place)
calls = int(open(count).read())
step = max(1, -(-calls * 2 // common.size))
tried = errors = kept = 0
for at in range(1, calls + 1, step):
    for stays in (False, True):
        what = f"call {at} of {calls}{' and all after' if stays else ''}"
        code, said = disturbed(FAULT_AT=str(at), **({"FAULT_STAYS": "1"} if stays else {}))
        tried += 1
        errors += code != 0
        if code not in (0, 73, 74) or (code != 0 and "planb: error: " not in said):
            fail(f"{what}: exit {code}: {said}")
        if code == 0 and not os.path.exists(out):
            fail(f"{what}: exit 0 without a result")
        common.check_final(out, reference, what)
        if common.kept(out) is None:
            fail(f"{what}: a damaged shard or manifest")
        kept += common.kept(out) not in (0, None)
        common.resume(out, reference, what)
        shutil.rmtree(place)
if errors < tried / 2 or kept == 0:
    fail("hardly anything failed, or nothing was ever kept: this tested nothing")
common.finish(f"{tried} failing calls of {calls}, {errors} of them errors, {kept} with draws kept")
