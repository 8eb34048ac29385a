"""What docs/performance.json holds: figures for each kind of processor that was seen, and the runs they are of.

    {"format": 2, "processors": [{"kind": {...}, "runs": [{...}], "figures": [{...}]}]}

A figure is known by its section, its threads and its name, `resnet50` or, of training, `avx2/resnet50`; it names its run, which
says the day, the commit, the machine and the peers, and has the load beside it. What is measured again takes the place of
what was there; all else stays.
"""

import json
import os

import processor

FORMAT = 2


def load(path):
    """The results of a file, those of older formats brought to this one; none where there is no file."""
    if not os.path.exists(path):
        return {"format": FORMAT, "processors": []}
    with open(path) as file:
        results = json.load(file)
    if "format" not in results:
        return migrated(results)
    if results["format"] != FORMAT:
        raise SystemExit(f"{path} has format {results['format']}, and this script knows {FORMAT}: use a newer one")
    return results


def save(results, path):
    """Writes the results at once or not at all."""
    for entry in results["processors"]:
        drop_unused_runs(entry)
    with open(path + ".part", "w") as file:
        json.dump(results, file, indent=1)
        file.write("\n")
    os.replace(path + ".part", path)


def entry_of(results, kind):
    """The entry of a kind of processor, made if it is new; what was not known of it before is filled in."""
    for entry in results["processors"]:
        if processor.is_same(entry["kind"], kind):
            known = entry["kind"]
            for key in processor.UNKNOWN_AT_FIRST:
                known[key] = known[key] if known[key] is not None else kind[key]
            known["caches_kib"] = kind["caches_kib"] | known["caches_kib"]
            return entry
    entry = {"kind": kind, "runs": [], "figures": []}
    results["processors"].append(entry)
    return entry


def identity(figure):
    return figure["section"], figure["threads"], figure["name"]


def add(entry, run, figures, whole=None):
    """Puts a run's figures in place of those of the same identity, and with `whole`, a section and a number of threads, of
    all there; the places of those that stay are kept."""
    if run not in entry["runs"]:
        entry["runs"].append(run)
    index = entry["runs"].index(run)
    new = {identity(figure): dict(figure, run=index) for figure in figures}
    result = []
    for figure in entry["figures"]:
        key = identity(figure)
        if key in new:
            result.append(new.pop(key))
        elif whole is None or key[:2] != whole:
            result.append(figure)
    entry["figures"] = result + list(new.values())


def drop_unused_runs(entry):
    """Leaves out the runs of which no figure is left, and numbers the others anew."""
    used = sorted({figure["run"] for figure in entry["figures"]})
    entry["runs"] = [entry["runs"][index] for index in used]
    for figure in entry["figures"]:
        figure["run"] = used.index(figure["run"])


def figures_of(entry, section, threads=None):
    """The figures of a section."""
    return [f for f in entry["figures"] if f["section"] == section and threads in (None, f["threads"])]


def threads_of(entry, section):
    """The numbers of threads that a section was measured with."""
    return sorted({figure["threads"] for figure in figures_of(entry, section)})


SECTIONS_OF_MODELS = ["two", "one", "eight", "detail"]


def figures_of_section(section, values, threads):
    """The figures of what format 1 held as a section."""
    def figure(name, value, count=threads):
        return {"section": section, "threads": count, "name": name, "values": value}

    if section == "probe":
        return [figure("probe", value, int(count)) for count, value in values.items() if value]
    if section in SECTIONS_OF_MODELS:
        count = 1 if section == "one" else threads
        return [figure(name, value, count) for name, value in values.items() if value]
    if section == "sets":
        models = [figure(name, value) for name, value in values["models"].items() if value]
        return [figure("peaks", values["peaks"])] + models
    if section == "first":
        models = [figure(name, value | {"runs": values["runs"]}) for name, value in values["models"].items() if value]
        return [figure("imports", values["imports"])] + models
    if section == "train":
        return [
            figure(f"{name}/{network}", value, values["threads"])
            for name, networks in values["sets"].items() for network, value in networks.items() if value]
    raise SystemExit(f"docs/performance.json has a section {section}, which nobody knows")


ALL_SECTIONS = ["probe", "two", "one", "eight", "detail", "sets", "first", "train"]


def migrated(old):
    """Results of format 1, which had one processor and said apart which section was measured otherwise.

    What it did not know, commits, loads and how the barrier waits, stays unknown.
    """
    results = {"format": FORMAT, "processors": []}
    common = {key: old[key] for key in ["date", "machine", "versions", "threads", "seconds", "rounds"] if key in old}
    sections, sets_seen = {}, {}
    for section in ALL_SECTIONS:
        if not old.get(section):
            continue
        run = dict(old.get("circumstances", {}).get(section) or common)
        threads = run.pop("threads", 2)
        sections[section] = (run, figures_of_section(section, old[section], threads))
        key = json.dumps(run["machine"], sort_keys=True)
        sets_seen.setdefault(key, set()).update(instruction_sets_in(section, old[section]))
    for run, figures in sections.values():
        seen = sets_seen[json.dumps(run["machine"], sort_keys=True)]
        # The wider set has not always been written down beside the narrower, and no processor has the one alone.
        seen = seen | ({"avx2"} if "avx512" in seen else set())
        run |= {"commit": None, "barrier": None}
        add(entry_of(results, processor.kind(run["machine"], seen)), run, figures)
    return results


def instruction_sets_in(section, values):
    if section in ("probe", "detail"):
        return {value["instruction_set"] for value in values.values() if value and "instruction_set" in value}
    if section == "sets":
        return set(values["peaks"])
    if section == "train":
        return set(values["sets"])
    return set()
