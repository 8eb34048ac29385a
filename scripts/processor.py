"""What a processor is: its name, its features, and whether two of them are of one kind."""

import os
import platform
import re
import subprocess
import sys

# From the widest; what cnnc has loops for.
FEATURES = ["avx512", "avx2", "neon"]
NAMES = {"avx512": "AVX-512", "avx2": "AVX2", "neon": "NEON", "portable": "no vectors"}
CACHES = ["L1d", "L2", "L3"]
# What older figures do not say of their processor.
UNKNOWN_AT_FIRST = ["family", "model", "features"]


def machine():
    """The processor, its caches and the system, of this machine."""
    result = {"system": f"{platform.system()} {platform.release()}", "architecture": platform.machine()}
    if sys.platform == "darwin":
        command = ["sysctl", "machdep.cpu.brand_string", "hw"]
        return result | from_sysctl(subprocess.run(command, capture_output=True, text=True).stdout)
    try:
        text = subprocess.run(["lscpu"], capture_output=True, text=True, env=dict(os.environ, LC_ALL="C")).stdout
    except OSError:
        text = ""
    return result | from_lscpu(text)


def from_sysctl(text):
    """The same of what `sysctl machdep.cpu.brand_string hw` prints."""
    fields = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    sizes = [("L1d", "hw.l1dcachesize"), ("L2", "hw.l2cachesize"), ("L3", "hw.l3cachesize")]
    return {
        "processor": fields.get("machdep.cpu.brand_string", "unknown"), "processors": fields.get("hw.ncpu", ""),
        "caches": {name: f"{int(fields[key]) >> 10} KiB" for name, key in sizes if key in fields}}


def from_lscpu(text):
    """The same of what `lscpu` prints."""
    fields = dict(re.split(r":\s+", line.strip(), maxsplit=1) for line in text.splitlines() if re.search(r":\s", line))
    result = {
        "processor": fields.get("Model name", "unknown"), "processors": fields.get("CPU(s)", ""),
        "caches": {n: fields[f"{n} cache"] for n in CACHES if f"{n} cache" in fields}}
    # Clouds call processors of several generations by one name.
    for key, name in [("family", "CPU family"), ("model", "Model")]:
        if name in fields:
            result[key] = fields[name]
    return result


def kibibytes(text):
    """The size of one cache: 48 of `96 KiB (2 instances)`; None of what is not understood."""
    found = re.match(r"([\d.]+) ?([KMG])i?B?(?: \((\d+) instances?\))?$", text)
    if not found:
        return None
    scale = {"K": 1, "M": 1 << 10, "G": 1 << 20}[found[2]]
    return round(float(found[1]) * scale / int(found[3] or 1))


def kind(about, instruction_sets, held_to=None):
    """The kind of a machine's processor: what figures can be told apart by; without instruction sets they are not known."""
    sizes = {name: kibibytes(about.get("caches", {}).get(name, "")) for name in ["L1d", "L2"]}
    return {
        "processor": about["processor"], "architecture": about["architecture"], "family": about.get("family"),
        "model": about.get("model"), "held_to": held_to,
        "features": [f for f in FEATURES if f in instruction_sets] if instruction_sets else None,
        "caches_kib": {name: size for name, size in sizes.items() if size}}


def is_same(one, other):
    """Whether two kinds are one: what both say must agree; of older figures not all was written down."""
    if any(one[key] != other[key] for key in ["processor", "architecture", "held_to"]):
        return False
    if any(one[k] is not None and other[k] is not None and one[k] != other[k] for k in UNKNOWN_AT_FIRST):
        return False
    mine, theirs = one["caches_kib"], other["caches_kib"]
    return all(mine[name] == theirs[name] for name in mine if name in theirs)


def title(of):
    """A kind, for a heading."""
    details = [f"{key} {of[key]}" for key in ["family", "model"] if of.get(key)]
    details += [f"{name} {size} KiB" for name, size in of["caches_kib"].items()]
    text = of["processor"] + (f" ({', '.join(details)})" if details else "")
    if of["features"] is None:
        features = "features not recorded"
    else:
        features = " and ".join(NAMES[f] for f in of["features"]) or NAMES["portable"]
    held = f", held to {NAMES.get(of['held_to'], of['held_to'])}" if of["held_to"] else ""
    return f"{text}: {features}{held}"
