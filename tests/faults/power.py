# SPDX-License-Identifier: GPL-3.0-or-later
"""power.py PLANB SOURCE SHIM N: a power cut after the calls of one run that change the disk, N states
in all of what the disk may hold then: no damaged result, nothing lost that was said to be
saved, and the run goes on. The same without fsync must fail, or this tests nothing.

What a disk may hold: what was written before an fsync of the file; of each later write every page
of 4 KiB or not; names and sizes as they were at the last fsync of their directory, and of what came
later a beginning."""
import os, random, re, struct, shutil

import common
from common import fail, folder, shim

PAGE = 4096
random.seed(2)
reference = common.make_reference()
place = os.path.join(folder, "disk")
out = os.path.join(place, "out.h5")
log = os.path.join(folder, "log")


def read_log():
    data, at, records = open(log, "rb").read(), 0, []
    while at < len(data):
        what, offset, n, path, other = struct.unpack_from("<c7xQQQQ", data, at)
        at += 40
        names = data[at:at + path].decode(), data[at + path:at + path + other].decode()
        at += path + other
        body = data[at:at + n] if what in b"WA" else b""
        at += len(body)
        records.append((what.decode(), *names, offset, body))
    return records


class Disk:
    """What is written, and what of it is durable."""

    def __init__(self, with_fsync):
        self.with_fsync = with_fsync
        self.names, self.durable_names = {}, {place: "directory"}
        self.pending_names = []  # (name, file or None) since the last fsync of its directory
        self.durable, self.pending = {}, {}  # of a file: bytes; writes since its last fsync
        self.saved, self.ended = 0, False
        self.files = 0

    def set_name(self, name, file):
        if file is None:
            self.names.pop(name, None)
        else:
            self.names[name] = file
        self.pending_names.append((name, file))

    def take(self, what, path, other, offset, body):
        if what == "A":
            self.saved = max([self.saved] + [int(n) for n in re.findall(rb'"saved": (\d+)', body)])
        elif what == "E":
            self.ended = True
        elif what == "D":
            self.set_name(path, "directory")
        elif what in "TC":
            if path not in self.names:
                self.files += 1
                self.durable[self.files], self.pending[self.files] = bytearray(), []
                self.set_name(path, self.files)
            elif what == "T":
                self.pending[self.names[path]].append((None, 0, b""))
        elif what == "W":
            self.pending[self.names[path]].append(("write", offset, body))
        elif what == "S":
            self.pending[self.names[path]].append((None, offset, b""))
        elif what in "RL":
            self.set_name(other, self.names[path])
            if what == "R":
                self.set_name(path, None)
        elif what == "U":
            self.set_name(path, None)
        elif what == "F" and self.with_fsync:
            self.sync(path)

    def sync(self, path):
        file = "directory" if path == place or path == place + "/" else self.names[path]
        if file == "directory":
            path = path.rstrip("/")
            left = []
            for name, file in self.pending_names:
                if os.path.dirname(name) == path:
                    self.apply(self.durable_names, name, file)
                else:
                    left.append((name, file))
            self.pending_names = left
        else:
            for write in self.pending[file]:
                self.put(self.durable[file], write, lambda: True)
            self.pending[file] = []

    @staticmethod
    def apply(names, name, file):
        if file is None:
            names.pop(name, None)
        else:
            names[name] = file

    @staticmethod
    def put(content, write, is_kept):
        kind, offset, body = write
        if kind is None:
            del content[offset:]
            content.extend(bytes(offset - len(content)))
            return
        content.extend(bytes(max(0, offset + len(body) - len(content))))
        at = offset
        while at < offset + len(body):
            end = min((at // PAGE + 1) * PAGE, offset + len(body))
            if is_kept():
                content[at:end] = body[at - offset:end - offset]
            at = end

    def a_state(self):
        """Builds in `place` what a power cut may leave now."""
        names = dict(self.durable_names)
        for name, file in self.pending_names[:random.randrange(len(self.pending_names) + 1)]:
            self.apply(names, name, file)
        shutil.rmtree(place, ignore_errors=True)
        os.makedirs(place)
        for name, file in names.items():
            if file == "directory":
                os.makedirs(name, exist_ok=True)
        for name, file in names.items():
            if file == "directory" or os.path.dirname(name) not in names:
                continue
            content = bytearray(self.durable[file])
            for write in self.pending[file]:
                if random.random() < 0.15:
                    break  # and all later ones
                self.put(content, write, lambda: random.random() < 0.8)
            with open(name, "wb") as made:
                made.write(content)


def replay(records, with_fsync, states_at, share_resumed):
    """What went wrong how often: damaged results, damaged shards, lost draws."""
    disk, wrong, states, resumed = Disk(with_fsync), {}, 0, 0
    for number, record in enumerate(records):
        disk.take(*record)
        for _ in range(states_at[number]):
            disk.a_state()
            states += 1
            there, kept = os.path.exists(out), common.kept(out)
            if there and common.digest(out) != reference:
                wrong["damaged result"] = wrong.get("damaged result", 0) + 1
            elif kept is None:
                wrong["damaged shard"] = wrong.get("damaged shard", 0) + 1
            elif not there and (disk.ended or kept < disk.saved):
                wrong["lost draws"] = wrong.get("lost draws", 0) + 1
            elif random.random() < share_resumed:
                common.resume(out, reference, f"power cut after call {number + 1}")
                resumed += 1
    return wrong, states, resumed


os.makedirs(place)
code, said = common.run(out, "--checkpoint", "0", "--progress", "json",
                        env={"LD_PRELOAD": shim, "FAULT_ROOT": place, "FAULT_LOG": log})
if code != 0 or '"saved"' not in said:
    fail(f"undisturbed, exit {code}: {said}")
records = read_log()
everywhere = common.size >= len(records)
states_at = [common.size // len(records)] * len(records)
if not everywhere:
    for number in random.sample(range(len(records)), common.size):
        states_at[number] = 1
wrong, states, resumed = replay(records, True, states_at, 0.1)
if wrong:
    fail(f"power cuts left {wrong}")
without, _, _ = replay(records, False, states_at, 0)
if not without:
    fail("without fsync nothing goes wrong either: this tested nothing")
common.finish(f"{states} states after {len(records)} calls, {resumed} resumed; without fsync {without}")
