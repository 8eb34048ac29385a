#!/usr/bin/env python3
"""Lists the public symbols without documentation in a folder of symbol graphs, and fails if there are any.

    scripts/undocumented.py .build/docs/symbols

swift-format's rule AllPublicDeclarationsHaveDocumentation sees declarations that say `public`; here are also the cases of
public enumerations, what protocols require, and members of public extensions. What the compiler makes by itself has no place
in the sources and is left out, as is what conforms to a protocol that documents it.
"""
import json
import sys
from pathlib import Path


def undocumented(graph):
    """The symbols of a graph that are written in our sources and say nothing of themselves."""
    inherits = {
        relation["source"]
        for relation in graph["relationships"]
        if "sourceOrigin" in relation or relation["kind"] in ("overrides", "defaultImplementationOf")
    }
    for symbol in graph["symbols"]:
        lines = symbol.get("docComment", {}).get("lines", [])
        if "location" not in symbol or any(line["text"].strip() for line in lines):
            continue
        if symbol["kind"]["identifier"] == "swift.extension" or symbol["identifier"]["precise"] in inherits:
            continue
        yield symbol


def main():
    paths = sorted(Path(sys.argv[1]).rglob("*.symbols.json"))
    if not paths:
        sys.exit(f"{sys.argv[1]} has no symbol graphs")
    found = set()
    count = 0
    for path in paths:
        graph = json.loads(path.read_text())
        count += len(graph["symbols"])
        for symbol in undocumented(graph):
            place = symbol["location"]
            file = place["uri"].removeprefix("file://")
            file = file[file.find("/Sources/") + 1 :] if "/Sources/" in file else file
            found.add((file, place["position"]["line"] + 1, ".".join(symbol["pathComponents"])))
    for file, line, name in sorted(found):
        print(f"{file}:{line}: {name} has no documentation")
    print(f"{count} public symbols, {len(found)} without documentation")
    sys.exit(1 if found else 0)


main()
