#!/usr/bin/env python3
"""Edits every spec at random through `cnnc lsp`, as typing, deleting, pasting, undoing and broken states do, with unsaved
imports. Wanted are no crash, no answer for another version, no place that is not in the text, and in the end the hints and
findings that a fresh server gives.

  scripts/fuzz_lsp.py --cnnc .build/release/cnnc [--edits 10000] [--seed 1] [SPEC ...]
"""

import argparse
import json
import pathlib
import random
import re
import sys
import time

from lsp_session import ROOT, Ended, Server, Text, uri

PIECES = [
    "conv", "relu", "{", "}", "[", "]", ": ", ":", "- ", "\n", "\n  - ", "\n    ", ", ", "out: 8", "kernel: 3", "#", " # ×",
    "×", "→", "😀", "é", "\t", "  ", "'", '"', "&a ", "*a", "(", ")", " if ", " else ", "input.c", "prev", "64", "1e5", "-",
    "//", "0", "99999999999999999999", "\r\n", "|", ">", "? ", "!tag ", "%", "---\n", "cnnc: 1\n", "layers:\n", "\ufeff",
    "  - conv: {out: 8, kernel: 3}\n", "  - {name: x, relu}\n", "  - residual:\n", "\u2028",
]
REQUESTS = [
    "textDocument/hover", "textDocument/completion", "textDocument/definition", "textDocument/references",
    "textDocument/documentHighlight", "textDocument/prepareRename",
]
WHOLE = [
    "textDocument/documentSymbol", "textDocument/foldingRange", "textDocument/documentLink", "textDocument/codeLens",
    "textDocument/semanticTokens/full",
]


class Fault(Exception):
    pass


class Document:
    """A document that is open, its text and what undoes its edits."""

    def __init__(self, server, path):
        self.server, self.name = server, uri(path)
        self.original = path.read_bytes().decode("utf-8")
        self.text = self.original
        self.past = []
        server.open(self.name, self.text)

    def edit(self, start, end, new):
        """The change of a part of the text, as the protocol has it."""
        text = Text(self.text, self.server.encoding)
        change = {"range": text.range(start, end), "text": new}
        self.past.append((start, start + len(new), self.text[start:end]))
        self.text = self.text[:start] + new + self.text[end:]
        return change

    def undo(self):
        start, end, old = self.past.pop()
        change = self.edit(start, end, old)
        self.past.pop()
        return change

    def random_edit(self, draw, others):
        kind = draw.choices(
            ["insert", "type", "delete", "paste", "number", "undo", "line", "replace"], [6, 8, 5, 3, 8, 8, 3, 1])[0]
        size = len(self.text)
        place = draw.randint(0, size)
        # Between \r and \n there is no place.
        if self.text[place - 1:place + 1] == "\r\n":
            place -= 1
        if kind == "undo" and self.past:
            return self.undo()
        if kind == "type":
            return self.edit(place, place, draw.choice("abcdefgxyz0123456789 {}[]:,-#_.()*'\"\n"))
        if kind == "delete" and size:
            end = min(size, place + draw.choice([1, 1, 2, 5, 20, 200]))
            if self.text[end - 1:end + 1] == "\r\n":
                end += 1
            return self.edit(place, end, "")
        if kind == "paste":
            other = draw.choice(others)
            start = draw.randint(0, len(other))
            return self.edit(place, place, other[start:start + draw.choice([10, 80, 400])])
        if kind == "number":
            digits = [index for index, character in enumerate(self.text) if character in "0123456789"]
            if digits:
                index = draw.choice(digits)
                return self.edit(index, index + 1, draw.choice("123456789"))
        if kind == "line":
            start = self.text.rfind("\n", 0, place) + 1
            end = self.text.find("\n", place) + 1 or size
            return self.edit(start, start, self.text[start:end]) if draw.random() < 0.5 else self.edit(start, end, "")
        if kind == "replace" and draw.random() < 0.3:
            return self.edit(0, size, draw.choice(others))
        return self.edit(place, place, draw.choice(PIECES))

    def restore(self):
        """The change that has the text as it is on the disk."""
        change = self.edit(0, len(self.text), self.original)
        self.past.clear()
        return change

    def places(self):
        return Text(self.text, self.server.encoding)


def checked(document, value, what):
    try:
        return document.places().within(value)
    except ValueError as error:
        raise Fault(f"{what}: {error}") from None


def own_places(value, name):
    """An answer without the parts that are about other documents."""
    if isinstance(value, list):
        return [own_places(item, name) for item in value if not (isinstance(item, dict) and item.get("uri", name) != name)]
    if isinstance(value, dict):
        if "changes" in value or "documentChanges" in value or value.get("targetUri", name) != name:
            return None
        if "location" in value and value["location"].get("uri") != name:
            return None
        return {key: own_places(item, name) for key, item in value.items() if key != "data"}
    return value


def look(server, document, draw):
    """Asks for something at random; what is answered must lie in the text."""
    method = draw.choice(REQUESTS + WHOLE + ["textDocument/inlayHint"] * 3)
    params = server.whole(document.name)
    if method in REQUESTS:
        text = document.places()
        place = draw.randint(0, len(document.text))
        if document.text[place - 1:place + 1] == "\r\n":
            place -= 1
        params = {"textDocument": params["textDocument"], "position": text.place(place)}
        if method == "textDocument/references":
            params["context"] = {"includeDeclaration": True}
    elif method != "textDocument/inlayHint":
        params = {"textDocument": params["textDocument"]}
    try:
        result = server.ask(method, params)
    except RuntimeError as error:
        # A refusal is an answer; a fault of the server's is none.
        if str(error).startswith(("-32603", "-32601")):
            raise Fault(f"{method}: {error}") from None
        return
    checked(document, own_places(result, document.name), method)


def pipelined(server, document, draw, others):
    """Asks for hints, changes the text and asks again, all in one piece: the first answer is about the first text or
    refused, the second about the second."""
    quiet = server.hints(document.name)
    first, first_message = server.request("textDocument/inlayHint", server.whole(document.name))
    change = server.changed(document.name, [document.random_edit(draw, others)])
    second, second_message = server.request("textDocument/inlayHint", server.whole(document.name))
    server.write(first_message, change, second_message)
    try:
        if server.result(first) != quiet:
            raise Fault("hints that were asked for before a change are not those of the text before it")
    except RuntimeError as error:
        if not str(error).startswith(("-32801", "-32800", "-32802")):
            raise
    answer = server.result(second)
    if answer != server.hints(document.name):
        raise Fault("hints that were asked for behind a change are not those of the text behind it")
    return 1


def check_versions(server, seen):
    """Findings come in the order of versions, and are of versions that there were."""
    for message in server.notifications[seen.get("count", 0):]:
        if message["method"] != "textDocument/publishDiagnostics":
            continue
        params = message["params"]
        version = params.get("version")
        if version is None or params["uri"] not in server.versions:
            continue
        if not seen.get(params["uri"], 0) <= version <= server.versions[params["uri"]]:
            raise Fault(f"findings of version {version} of {params['uri']}")
        seen[params["uri"]] = version
    seen["count"] = len(server.notifications)


def imports(path):
    """The files that a spec imports, as far as a line says it."""
    found = []
    for line in path.read_text("utf-8").split("\n"):
        if line.startswith("import:"):
            for word in line[7:].strip(" []").split(","):
                other = path.parent / word.strip(" \"'")
                if other.is_file():
                    found.append(other)
    return found


def run(program, path, edits, draw, others, encoding):
    server = Server(program, encoding=encoding)
    try:
        documents = [Document(server, path)] + [Document(server, other) for other in imports(path)]
        seen, done, started = {}, 0, time.monotonic()
        while done < edits:
            document = draw.choices(documents, [4] + [1] * (len(documents) - 1))[0]
            if draw.random() < 0.1:
                done += pipelined(server, document, draw, others)
            else:
                changes = [document.random_edit(draw, others) for _ in range(draw.choice([1, 1, 1, 2, 3]))]
                server.write(server.changed(document.name, changes))
                done += len(changes)
            if draw.random() < 0.4:
                look(server, document, draw)
            # Specs that grow for ever are no specs.
            if len(document.text) > 3 * len(document.original) + 20_000:
                server.write(server.changed(document.name, [document.restore()]))
            # Of a text that has lost its key the server says nothing.
            if draw.random() < 0.05 and re.search(r"^cnnc:", document.text, re.MULTILINE):
                text = document.places()
                for finding in server.found(document.name):
                    try:
                        text.within(finding["range"])
                    except ValueError as error:
                        raise Fault(f"finding {finding.get('code')}: {error}") from None
            while server.take(0):
                pass
            check_versions(server, seen)
        compare(program, server, documents, draw, encoding)
        if server.end() != 0:
            raise Fault("the exit status is not 0")
        return done, time.monotonic() - started
    except (Fault, Ended, RuntimeError) as error:
        texts = ROOT / ".build" / "fuzz-lsp"
        texts.mkdir(parents=True, exist_ok=True)
        for document in documents:
            (texts / pathlib.Path(document.name).name).write_bytes(document.text.encode("utf-8", "surrogatepass"))
        raise Fault(f"{error} (the texts are in {texts.relative_to(ROOT)})") from None
    finally:
        server.kill()


def compare(program, server, documents, draw, encoding):
    """Takes the texts back to what builds, with some other numbers where they still do, and compares with a server that has
    seen nothing else."""
    for document in documents:
        server.write(server.changed(document.name, [document.restore()]))
    main = documents[0]
    for _ in range(5):
        digits = [index for index, character in enumerate(main.text) if character in "123456789"]
        index = draw.choice(digits)
        server.write(server.changed(main.name, [main.edit(index, index + 1, draw.choice("123456789"))]))
        if any(finding["severity"] == 1 and "expect" not in str(finding.get("code")) for finding in server.found(main.name)):
            server.write(server.changed(main.name, [main.undo()]))
    fresh = Server(program, encoding=encoding)
    try:
        for document in documents[1:] + documents[:1]:
            fresh.open(document.name, document.text, server.versions[document.name])
        for document in documents:
            for what, ours, theirs in [
                ("hints", server.hints(document.name), fresh.hints(document.name)),
                ("findings", server.found(document.name), fresh.found(document.name)),
            ]:
                if ordered(ours) != ordered(theirs):
                    raise Fault(f"{what} differ from a fresh server's for {document.name}")
    finally:
        fresh.kill()


def ordered(values):
    return sorted(json.dumps({key: item for key, item in value.items() if key != "data"}, sort_keys=True) for value in values)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    arguments.add_argument("--cnnc", default=ROOT / ".build/release/cnnc", type=pathlib.Path)
    arguments.add_argument("--edits", default=10_000, type=int)
    arguments.add_argument("--seed", default=1, type=int)
    arguments.add_argument("specs", nargs="*", type=pathlib.Path)
    given = arguments.parse_args()
    specs = given.specs or sorted((ROOT / "specs").glob("*.yaml")) + sorted((ROOT / "recipes").glob("*.yaml"))
    others = [path.read_text("utf-8") for path in specs]
    each = -(-given.edits // len(specs))
    total = faults = 0
    for number, path in enumerate(specs):
        draw = random.Random(f"{given.seed} {path.name}")
        try:
            done, seconds = run(given.cnnc, path, each, draw, others, "utf-8" if number % 2 else "utf-16")
            total += done
            print(f"{path.name}: {done} edits, {seconds:.1f} s", flush=True)
        except Fault as fault:
            faults += 1
            print(f"{path.name}: {fault}", flush=True)
    print(f"{total} edits, {len(specs)} files, {faults} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
