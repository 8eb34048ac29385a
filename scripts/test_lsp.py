#!/usr/bin/env python3
"""Sessions with `cnnc lsp` by a client that others wrote, pytest-lsp, which also holds the answers against what a client of
each editor has said that it can take.

  scripts/test_lsp.py --cnnc .build/release/cnnc [-k WORD]     needs pytest-lsp; make test-editors runs it
"""

import asyncio
import itertools
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest
import pytest_lsp
from lsp_session import ROOT, Server, Text, uri
from lsprotocol import types as lsp
from lsprotocol.converters import get_converter
from pygls.exceptions import JsonRpcException
from pytest_lsp import LanguageClient, client_capabilities

CNNC = pathlib.Path(os.environ.get("CNNC", ROOT / ".build/release/cnnc")).resolve()
SPECS = sorted((ROOT / "specs").glob("*.yaml"))
ERRORS = sorted((ROOT / "specs/errors").glob("*.yaml"))
RECIPES = sorted((ROOT / "recipes").glob("*.yaml"))
# Of every kind of list, block, import and signal; the whole zoo is opened, these are asked everything.
LOOKED_AT = [
    ROOT / "specs" / f"{name}.yaml"
    for name in ["resnet50", "efficientnet", "inception_v3", "m5", "r3d_18", "siamese", "yolov8", "lenet5"]
]
pytestmark = pytest.mark.filterwarnings("error::pytest_lsp.LspSpecificationWarning")
converter = get_converter()
# Seconds that a session may take, on a slow machine and with a debug build too.
LIMIT = 400

SMALL = """cnnc: 1
model: Small
input: {channels: 3, size: 8}
blocks:
  Pair:
    params: {out: int, kernel: int = 3}
    layers:
      - conv: {out: out, kernel: kernel, padding: half}   # 3×3 → same size 😀
      - relu
layers:
  - Pair: {out: 4}
  - {name: second, Pair: {out: 2 * 4}}
  - global_avg_pool
  - flatten
  - {name: fc, linear: {out: 10}}
"""
# What stands before a place on its line is what makes units differ.
CROWDED = (
    'cnnc: 1\nmodel: Crowded\ninput: {channels: 3, size: 8}\n'
    'blocks: {Pair: {summary: "😀 3×3 → é", params: {out: int}, layers: [conv: {out: out, kernel: 3, padding: half}, relu]}}\n'
    'layers: [Pair: {out: 4}, {name: second, Pair: {out: 8}}, global_avg_pool, flatten, {name: fc, linear: {out: 10}}] # → ×\n'
)


def capabilities(client="visual-studio-code", encoding="utf-16"):
    result = client_capabilities(client)
    result.general = result.general or lsp.GeneralClientCapabilities()
    result.general.position_encodings = [encoding]
    return result


async def started(encoding="utf-16", client="visual-studio-code", options=None):
    current = pytest_lsp.make_test_lsp_client()
    current.refreshed = []
    for method in ["inlayHint", "codeLens", "semanticTokens"]:
        name = f"workspace/{method}/refresh"
        current.feature(name)(lambda client, _, name=name: client.refreshed.append(name))
    await current.start_io(str(CNNC), "lsp")
    current.versions, current.texts, current.published = {}, {}, {}

    # Its own keeps no versions.
    current.protocol.fm.features.pop("textDocument/publishDiagnostics")

    @current.feature("textDocument/publishDiagnostics")
    def publish(client: LanguageClient, params: lsp.PublishDiagnosticsParams):
        client.published[params.uri] = params

    current.result = await current.initialize_session(
        lsp.InitializeParams(
            capabilities=capabilities(client, encoding), root_uri=uri(ROOT), initialization_options=options or {}))
    chosen = current.result.capabilities.position_encoding
    current.encoding = getattr(chosen, "value", chosen) or "utf-16"
    assert current.encoding == encoding
    return current


@pytest.fixture(params=["utf-16", "utf-8"])
def encoding(request):
    return request.param


class Session:
    """A client with what the tests do with documents."""

    def __init__(self, client):
        self.client, self.encoding = client, client.encoding
        self.texts, self.versions = {}, {}

    async def __aenter__(self):
        # A server that does not answer is a failure, not a wait.
        self.watch = asyncio.get_running_loop().call_later(LIMIT, self.kill)
        return self

    async def __aexit__(self, kind, *_):
        if kind is None:
            await self.client.shutdown_session()
            assert self.client._server.returncode == 0
        self.watch.cancel()
        self.kill()
        await asyncio.wait_for(self.client.stop(), 20)

    def kill(self):
        if self.client._server.returncode is None:
            self.client._server.kill()

    def open(self, name, text, language="yaml"):
        name = uri(name) if isinstance(name, pathlib.Path) else name
        self.texts[name], self.versions[name] = text, 1
        self.client.text_document_did_open(
            lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(name, language, 1, text)))
        return name

    def open_file(self, path):
        return self.open(path, path.read_bytes().decode("utf-8"))

    def change(self, name, old, new, count=1):
        """Puts another text in the place of a part, as an incremental change."""
        text = self.texts[name]
        start = text.index(old)
        self.texts[name] = text[:start] + new + text[start + len(old):]
        self.versions[name] += 1
        self.client.text_document_did_change(
            lsp.DidChangeTextDocumentParams(
                lsp.VersionedTextDocumentIdentifier(uri=name, version=self.versions[name]),
                [lsp.TextDocumentContentChangePartial(
                    range=self.range(text, start, start + len(old)), text=new)]))

    def places(self, name):
        return Text(self.texts[name], self.encoding)

    def range(self, text, start, end):
        return converter.structure(Text(text, self.encoding).range(start, end), lsp.Range)

    def place(self, name, marker, offset=0):
        """The position of a part of the text."""
        found = self.texts[name].index(marker) + offset
        return converter.structure(self.places(name).place(found), lsp.Position)

    def at(self, name, marker, offset=0):
        return {"text_document": lsp.TextDocumentIdentifier(name), "position": self.place(name, marker, offset)}

    def whole(self, name):
        return lsp.Range(lsp.Position(0, 0), lsp.Position(1_000_000, 0))

    def document(self, name):
        return lsp.TextDocumentIdentifier(name)

    async def findings(self, name):
        """The findings of a document for its version of now."""
        for _ in range(6000):
            params = self.client.published.get(name)
            if params and params.version == self.versions[name]:
                return params.diagnostics
            await asyncio.sleep(0.005)
        raise AssertionError(f"no findings for version {self.versions[name]} of {name}")

    async def hints(self, name):
        found = await self.client.text_document_inlay_hint_async(
            lsp.InlayHintParams(self.document(name), self.whole(name)))
        return found or []

    async def lenses(self, name):
        """The lenses of a document, those that are worked out on request too."""
        found = await self.client.text_document_code_lens_async(lsp.CodeLensParams(self.document(name)))
        return [lens if lens.command else await self.client.code_lens_resolve_async(lens) for lens in found or []]

    def offsets(self, name, value):
        """An answer with offsets in the place of positions, which must lie in the text."""
        return self.places(name).within(without_others(converter.unstructure(value), name))

    def apply(self, edit):
        """The texts after an edit of the workspace, by their names."""
        changes = dict(edit.changes or {})
        for change in edit.document_changes or []:
            if change.text_document.version is not None and change.text_document.uri in self.versions:
                assert change.text_document.version == self.versions[change.text_document.uri]
            changes.setdefault(change.text_document.uri, []).extend(change.edits)
        result = {}
        for name, edits in changes.items():
            text = self.texts.get(name) or pathlib.Path(name.removeprefix("file://")).read_text("utf-8")
            places = Text(text, self.encoding)
            spans = sorted((*map(places.offset, map(plain, (e.range.start, e.range.end))), e.new_text) for e in edits)
            for (_, end, _), (start, _, _) in itertools.pairwise(spans):
                assert end <= start, "edits overlap"
            for start, end, new in reversed(spans):
                text = text[:start] + new + text[end:]
            result[name] = text
        return result


def plain(position):
    return {"line": position.line, "character": position.character}


def without_others(value, name):
    """An answer without places in other documents, and without what only the server reads."""
    if isinstance(value, list):
        return [without_others(item, name) for item in value]
    if isinstance(value, dict):
        if value.get("uri", name) != name or value.get("targetUri", name) != name:
            return None
        if isinstance(value.get("location"), dict) and value["location"].get("uri") != name:
            return None
        if "documentChanges" in value or "changes" in value:
            return None
        return {key: without_others(item, name) for key, item in value.items() if key not in ("data", "uri")}
    return value


async def session(*arguments, **named):
    return Session(await started(*arguments, **named))


def checked(path, text=None, options=()):
    """What `cnnc check` says of a spec, as JSON."""
    arguments = [str(CNNC), "check", str(path), "--format", "json", *options]
    run = subprocess.run(arguments, capture_output=True, cwd=ROOT, check=False)
    assert run.returncode in (0, 1, 2), run.stderr
    return json.loads(run.stdout)


# MARK: The handshake


async def test_it_announces_what_it_does():
    async with await session() as current:
        able = current.client.result.capabilities
        for name in [
            "inlay_hint_provider", "code_lens_provider", "hover_provider", "completion_provider", "definition_provider",
            "references_provider", "document_highlight_provider", "rename_provider", "document_symbol_provider",
            "workspace_symbol_provider", "folding_range_provider", "selection_range_provider", "document_link_provider",
            "semantic_tokens_provider", "code_action_provider", "diagnostic_provider", "execute_command_provider",
        ]:
            assert getattr(able, name), name
        assert current.client.result.server_info.name == "cnnc"
        sync = able.text_document_sync
        assert (sync.change if hasattr(sync, "change") else sync) == lsp.TextDocumentSyncKind.Incremental


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [(["utf-8", "utf-16"], "utf-8"), (["utf-16"], "utf-16"), (["utf-32"], "utf-16"), (["utf-32", "utf-8"], "utf-8"), ([], "utf-16")])
def test_the_unit_of_positions(offered, chosen):
    server = Server(CNNC, capabilities={"general": {"positionEncodings": offered}})
    assert server.encoding == chosen
    assert server.end() == 0


@pytest.mark.parametrize("client", ["visual-studio-code", "neovim@v0.6.1", "neovim@v0.11.0", "emacs"])
async def test_clients_of_editors(client):
    """pytest-lsp turns into errors what a client has not said that it can take."""
    async with await session(client=client) as current:
        name = current.open("file:///w/small.yaml", SMALL)
        assert await current.hints(name)
        await current.client.text_document_completion_async(lsp.CompletionParams(**current.at(name, "relu")))
        await current.client.text_document_hover_async(lsp.HoverParams(**current.at(name, "conv:")))
        await current.client.text_document_document_symbol_async(lsp.DocumentSymbolParams(current.document(name)))


# MARK: Findings


def wanted_findings(path, encoding, text):
    """What `check` finds in a file itself: identifier, severity and range."""
    places = Text(text, encoding)
    severities = {"error": 1, "warning": 2, "note": 3}
    result = set()
    for entry in checked(path)[0]["diagnostics"]:
        if not entry.get("file") or (ROOT / entry["file"]).resolve() != path or not entry.get("line"):
            continue
        line = places.line(entry["line"] - 1)
        character = places.units(line[:entry["column"] - 1])
        result.add((entry["id"], severities[entry["severity"]], entry["line"] - 1, character))
    return result


def found_findings(diagnostics):
    return {(d.code, d.severity, d.range.start.line, d.range.start.character) for d in diagnostics}


async def test_findings_of_the_zoo_are_those_of_check(encoding):
    async with await session(encoding) as current:
        for path in SPECS:
            name = current.open_file(path)
            found = await current.findings(name)
            current.offsets(name, found)
            ours = {(code, severity, *place) for code, severity, *place in found_findings(found) if severity < 3}
            wanted = {entry for entry in wanted_findings(path, encoding, current.texts[name]) if entry[1] < 3}
            assert ours == wanted, path.name


async def test_findings_of_broken_files_are_those_of_check(encoding):
    differing = []
    async with await session(encoding) as current:
        for path in ERRORS:
            try:
                text = path.read_bytes().decode("utf-8")
            except UnicodeDecodeError:
                continue
            # An editor's text has no BOM and no NUL, and what has no version is not the server's.
            if "\0" in text or not re.search(r"^[\"']?cnnc[\"']?\s*:", text, re.MULTILINE):
                continue
            name = current.open(path, text)
            found = await current.findings(name)
            current.offsets(name, found)
            ours = {entry for entry in found_findings(found) if entry[1] == 1}
            wanted = {entry for entry in wanted_findings(path, encoding, text) if entry[1] == 1}
            if ours != wanted:
                differing.append((path.name, sorted(ours - wanted), sorted(wanted - ours)))
    assert not differing


async def test_a_finding_has_page_notes_and_source(encoding):
    async with await session(encoding) as current:
        name = current.open("file:///w/small.yaml", SMALL.replace("  - flatten\n", ""))
        [found] = [entry for entry in await current.findings(name) if entry.severity == 1]
        assert (found.code, found.source) == ("shape.rank", "cnnc")
        assert "diagnostics" in found.code_description.href
        assert found.related_information
        start = current.places(name).offset(plain(found.range.start))
        assert current.texts[name][start:].startswith("linear")


async def test_pulled_findings_are_those_that_are_pushed():
    async with await session(client="neovim@v0.11.0") as current:
        broken = SMALL.replace("  - flatten\n", "")
        name = current.open("file:///w/small.yaml", broken)
        ask = current.client.text_document_diagnostic_async
        first = await ask(lsp.DocumentDiagnosticParams(current.document(name)))
        assert first.kind == "full"
        assert {entry.code for entry in first.items if entry.severity == 1} == {"shape.rank"}
        again = await ask(lsp.DocumentDiagnosticParams(current.document(name), previous_result_id=first.result_id))
        assert again.kind == "unchanged"
        current.change(name, "  - {name: fc", "  - flatten\n  - {name: fc")
        mended = await ask(lsp.DocumentDiagnosticParams(current.document(name), previous_result_id=first.result_id))
        assert [entry for entry in mended.items if entry.severity == 1] == []


async def test_other_yaml_is_left_alone():
    async with await session() as current:
        text = "services:\n  web: {image: x}\n  cnnc: 1\n"
        name = current.open("file:///w/compose.yaml", text)
        document = current.document(name)
        assert await current.hints(name) == []
        assert not await current.client.text_document_hover_async(lsp.HoverParams(**current.at(name, "web")))
        completion = await current.client.text_document_completion_async(lsp.CompletionParams(**current.at(name, "image")))
        assert not completion or not getattr(completion, "items", completion)
        assert not await current.client.text_document_document_symbol_async(lsp.DocumentSymbolParams(document))
        assert not (current.client.published.get(name) and current.client.published[name].diagnostics)


# MARK: Hints


async def test_hints_are_the_shapes_of_the_report(encoding):
    """Of layers with a line of their own, the shape at its end, before a comment."""
    async with await session(encoding) as current:
        for path in SPECS:
            report = checked(path)[0]
            name = current.open_file(path)
            places = current.places(name)
            hints = {}
            for hint in await current.hints(name):
                current.offsets(name, hint)
                hints.setdefault(hint.position.line, []).append(hint)
            lines = {}
            for layer in report["layers"]:
                if "file" in layer:
                    continue
                lines.setdefault(layer["line"] - 1, []).append(layer)
            for number, layers in lines.items():
                line = places.line(number)
                is_plain = len(layers) == 1 and re.fullmatch(r"  - (\{name: \w+, )?[a-z_]+(: \{[^{}\[\]]*\})?\}?(\s+#.*)?", line)
                if not is_plain or layers[0]["block"]:
                    continue
                shape = "×".join(map(str, layers[0]["output"]))
                assert any(shape in label(hint) for hint in hints.get(number, [])), (path.name, line, shape)
                offset = places.units(re.sub(r"\s+#.*$", "", line))
                assert hints[number][0].position.character == offset, (path.name, line)


def label(hint):
    return hint.label if isinstance(hint.label, str) else "".join(part.value for part in hint.label)


async def test_settings_turn_hints_off_and_shorten_them():
    options = {"cnnc": {"inlayHints": {"maximumLength": 4}}}
    async with await session(options=options) as current:
        name = current.open("file:///w/small.yaml", SMALL)
        assert all(len(label(hint).strip()) <= 5 for hint in await current.hints(name))
        settings = {"cnnc": {"inlayHints": {"enabled": False}}}
        current.client.set_configuration(settings)
        current.client.workspace_did_change_configuration(lsp.DidChangeConfigurationParams(settings))
        assert await current.hints(name) == []


async def test_hints_stay_while_a_line_is_broken():
    async with await session() as current:
        name = current.open("file:///w/small.yaml", SMALL)
        before = [label(hint) for hint in await current.hints(name)]
        current.change(name, "  - global_avg_pool\n", "  - global_avg_pool\n  - conv: {out: 3, ke\n")
        after = [label(hint) for hint in await current.hints(name)]
        assert set(before) <= set(after)
        current.change(name, "  - conv: {out: 3, ke\n", "")
        assert [label(hint) for hint in await current.hints(name)] == before


async def test_an_unsaved_import_is_the_one_that_counts(tmp_path):
    blocks = "cnnc: 1\nblocks:\n  Stem:\n    layers:\n      - conv: {out: 4, kernel: 3}\n"
    (tmp_path / "blocks.yaml").write_text(blocks)
    spec = "cnnc: 1\nimport: blocks.yaml\ninput: {channels: 3, size: 8}\nlayers:\n  - Stem\n  - flatten\n"
    async with await session() as current:
        main = current.open(tmp_path / "m.yaml", spec)
        assert any("4×6×6" in label(hint) for hint in await current.hints(main))
        other = current.open(tmp_path / "blocks.yaml", blocks)
        current.change(other, "out: 4", "out: 7")
        assert any("7×6×6" in label(hint) for hint in await current.hints(main))
        current.change(other, "kernel: 3", "kernel: 30")
        for _ in range(1000):
            codes = {entry.code for entry in current.client.published[main].diagnostics} | {
                entry.code for entry in current.client.published.get(other, current.client.published[main]).diagnostics}
            if "shape.kernel-exceeds-input" in codes:
                break
            await asyncio.sleep(0.005)
        assert "shape.kernel-exceeds-input" in codes
        # Closed without being saved, it is what the disk has.
        current.client.text_document_did_close(lsp.DidCloseTextDocumentParams(current.document(other)))
        assert any("4×6×6" in label(hint) for hint in await current.hints(main))


# MARK: Every request, in both units


async def everything(current, name):
    """All answers about a document, as offsets, with what must hold of each."""
    client, document, text = current.client, current.document(name), current.texts[name]
    answers = {}
    answers["hints"] = await current.hints(name)
    answers["lenses"] = await current.lenses(name)
    answers["symbols"] = await client.text_document_document_symbol_async(lsp.DocumentSymbolParams(document))
    answers["folds"] = await client.text_document_folding_range_async(lsp.FoldingRangeParams(document))
    answers["links"] = await client.text_document_document_link_async(lsp.DocumentLinkParams(document))
    tokens = await client.text_document_semantic_tokens_full_async(lsp.SemanticTokensParams(document))
    legend = client.result.capabilities.semantic_tokens_provider.legend
    answers["tokens"] = decoded(current, name, tokens.data if tokens else [], legend)
    for number, start in enumerate(sample(text)):
        at = {"text_document": document, "position": converter.structure(current.places(name).place(start), lsp.Position)}
        answers[f"hover {number}"] = await client.text_document_hover_async(lsp.HoverParams(**at))
        answers[f"completion {number}"] = await client.text_document_completion_async(lsp.CompletionParams(**at))
        answers[f"definition {number}"] = await client.text_document_definition_async(lsp.DefinitionParams(**at))
        answers[f"references {number}"] = await client.text_document_references_async(
            lsp.ReferenceParams(context=lsp.ReferenceContext(True), **at))
        answers[f"highlights {number}"] = await client.text_document_document_highlight_async(
            lsp.DocumentHighlightParams(**at))
        try:
            answers[f"name {number}"] = await client.text_document_prepare_rename_async(lsp.PrepareRenameParams(**at))
        except JsonRpcException:
            answers[f"name {number}"] = None
        selections = await client.text_document_selection_range_async(
            lsp.SelectionRangeParams(document, [at["position"]]))
        answers[f"selection {number}"] = selections
        check_nesting(current, name, selections, start)
    check_symbols(current, name, answers["symbols"] or [])
    lines = len(current.places(name).starts)
    for fold in answers["folds"] or []:
        assert 0 <= fold.start_line < fold.end_line < lines
    return {key: current.offsets(name, answer) for key, answer in answers.items()}


def sample(text):
    """The starts of words, not too many, and those around the text's special characters."""
    starts = [found.start() for found in re.finditer(r"[A-Za-z_]\w*", text)]
    step = max(1, len(starts) // 60)
    special = [found.end() for found in re.finditer(r"[×→😀é] ?", text)][:10]
    return sorted({*starts[::step], *special, len(text)})


def decoded(current, name, data, legend):
    """Tokens as offsets with their types; in order, without overlaps, on one line each."""
    places, result = current.places(name), []
    line = character = end = 0
    assert len(data) % 5 == 0
    for index in range(0, len(data), 5):
        down, right, length, kind, modifiers = data[index:index + 5]
        line, character = line + down, right if down else character + right
        start = places.offset({"line": line, "character": character})
        stop = places.offset({"line": line, "character": character + length})
        assert end <= start < stop, "tokens overlap"
        end = stop
        assert modifiers < 1 << len(legend.token_modifiers)
        result.append([start, stop, str(getattr(legend.token_types[kind], "value", legend.token_types[kind])), modifiers])
    return result


def span(current, name, given):
    return tuple(current.places(name).offset(plain(place)) for place in (given.start, given.end))


def check_nesting(current, name, selections, offset):
    for selection in selections or []:
        start, end = span(current, name, selection.range)
        assert start <= offset <= end
        while selection.parent:
            selection = selection.parent
            outer = span(current, name, selection.range)
            assert outer[0] <= start and end <= outer[1] and outer != (start, end)
            start, end = outer


def check_symbols(current, name, symbols, within=None):
    for symbol in symbols:
        start, end = span(current, name, symbol.range)
        inner = span(current, name, symbol.selection_range)
        assert start <= inner[0] and inner[1] <= end, symbol.name
        assert within is None or within[0] <= start and end <= within[1], symbol.name
        assert symbol.name.strip()
        check_symbols(current, name, symbol.children or [], (start, end))


@pytest.mark.parametrize("path", [*LOOKED_AT, *RECIPES, *ERRORS[::12], "crowded", "windows", "empty"], ids=lambda p: getattr(p, "stem", p))
async def test_every_request_at_many_places(path):
    """Answers in UTF-8 and in UTF-16 are about the same places."""
    given = {"crowded": CROWDED, "windows": CROWDED.replace("\n", "\r\n"), "empty": "cnnc: 1\n"}
    answers = {}
    for encoding in ["utf-16", "utf-8"]:
        async with await session(encoding) as current:
            if path in given:
                name = current.open(f"file:///w/{path}.yaml", given[path])
            else:
                name = current.open(path, path.read_bytes().decode("utf-8", "replace"))
            answers[encoding] = await everything(current, name)
    assert answers["utf-8"] == answers["utf-16"]


async def test_places_behind_characters_of_many_units(encoding):
    async with await session(encoding) as current:
        name = current.open("file:///w/crowded.yaml", CROWDED)
        assert [d for d in await current.findings(name) if d.severity == 1] == []
        found = await current.client.text_document_definition_async(lsp.DefinitionParams(**current.at(name, "{out: 8", -6)))
        [place] = found if isinstance(found, list) else [found]
        given = getattr(place, "range", None) or place.target_selection_range
        start, end = span(current, name, given)
        assert CROWDED[start:end].startswith("Pair") and CROWDED.index("Pair") == start
        current.change(name, "kernel: 3", "kernel: 30, dilation: 9, padding: 0")
        current.change(name, ", padding: half", "")
        errors = [entry for entry in await current.findings(name) if entry.severity == 1]
        text = current.texts[name]
        start = current.places(name).offset(plain(errors[0].range.start))
        assert start in (text.index("30"), text.index("kernel: 30")), (errors, text[start:start + 10])
        hover = await current.client.text_document_hover_async(lsp.HoverParams(**current.at(name, "conv:")))
        start, end = span(current, name, hover.range)
        assert text[start:end] == "conv"


# MARK: Edits


async def test_a_fix_is_found_on_request_and_mends(encoding):
    async with await session(encoding) as current:
        broken = SMALL.replace("  - flatten\n", "")
        name = current.open("file:///w/small.yaml", broken)
        [found] = [entry for entry in await current.findings(name) if entry.severity == 1]
        actions = await current.client.text_document_code_action_async(
            lsp.CodeActionParams(
                current.document(name), found.range, lsp.CodeActionContext([found], only=[lsp.CodeActionKind.QuickFix])))
        assert actions
        for action in actions:
            if action.edit is None:
                action = await current.client.code_action_resolve_async(action)
            [text] = current.apply(action.edit).values()
            other = current.open(f"file:///w/{len(current.texts)}.yaml", text)
            assert [entry.message for entry in await current.findings(other) if entry.severity == 1] == []


async def test_fix_all_makes_the_only_fix_there_is():
    async with await session() as current:
        name = current.open("file:///w/small.yaml", SMALL.replace("- relu", "- rleu"))
        await current.findings(name)
        actions = await current.client.text_document_code_action_async(
            lsp.CodeActionParams(
                current.document(name), current.whole(name),
                lsp.CodeActionContext([], only=[lsp.CodeActionKind("source.fixAll")])))
        [action] = [entry for entry in actions if str(getattr(entry.kind, "value", entry.kind)).startswith("source.fixAll")]
        if action.edit is None:
            action = await current.client.code_action_resolve_async(action)
        assert current.apply(action.edit) == {name: SMALL}


def outline(path):
    """What a network is but for names: each layer's kind, shapes and figures, in order."""
    [report] = checked(path)
    return [
        (layer["op"], layer["input"], layer["output"], layer["parameters"], layer["macs"]) for layer in report["layers"]
    ], report["diagnostics"]


async def rename_all(current, folder, name, path, places):
    """Renames what has a name at each place, and compares the network."""
    before, _ = outline(path)
    count = 0
    for offset, new in places:
        position = converter.structure(current.places(name).place(offset), lsp.Position)
        at = {"text_document": current.document(name), "position": position}
        try:
            if not await current.client.text_document_prepare_rename_async(lsp.PrepareRenameParams(**at)):
                continue
            edit = await current.client.text_document_rename_async(lsp.RenameParams(new_name=new, **at))
        except JsonRpcException:
            continue
        if edit is None:
            continue
        renamed = folder / f"renamed-{count}"
        texts = current.apply(edit)
        renamed.mkdir()
        shutil.copytree(ROOT / "specs/blocks", renamed / "blocks")
        (renamed / path.name).write_text(texts.get(name, current.texts[name]))
        if any(other != name for other in texts):
            # A block of an imported file: both are written.
            for source in (ROOT / "specs/blocks").iterdir():
                (renamed / "blocks" / source.name).write_text(texts.get(uri(source), source.read_text()))
        after, findings = outline(renamed / path.name)
        errors = [entry["message"] for entry in findings if entry["severity"] == "error"]
        assert after == before, (path.name, current.texts[name][offset:offset + 20], errors)
        count += 1
    return count


@pytest.mark.parametrize("path", LOOKED_AT, ids=lambda path: path.stem)
async def test_renaming_changes_nothing_but_names(path, tmp_path):
    async with await session() as current:
        name = current.open_file(path)
        text = current.texts[name]
        places = {}
        for found in re.finditer(r"^  ([A-Z]\w*):|name: (\w+)|\bparams: \{(\w+)|^  (\w+)\(|, (\w+): (?:int|float|bool)", text, re.MULTILINE):
            word = found[found.lastindex]
            new = word + "New" if word[0].isupper() else word + "_new"
            places.setdefault(word, (found.start(found.lastindex), new))
        count = await rename_all(current, tmp_path, name, path, list(places.values())[:14])
        assert count > 0 or path.stem == "lenet5"


async def test_a_name_that_is_taken_is_refused():
    async with await session() as current:
        name = current.open("file:///w/small.yaml", SMALL)
        for new in ["fc", "not a name", "", "conv: 1"]:
            with pytest.raises(JsonRpcException):
                await current.client.text_document_rename_async(lsp.RenameParams(new_name=new, **current.at(name, "second")))


async def test_formatting_keeps_the_network():
    async with await session() as current:
        if not current.client.result.capabilities.document_formatting_provider:
            pytest.skip("not announced")
        for path in LOOKED_AT:
            name = current.open_file(path)
            edits = await current.client.text_document_formatting_async(
                lsp.DocumentFormattingParams(current.document(name), lsp.FormattingOptions(2, True)))
            if not edits:
                continue
            [text] = current.apply(lsp.WorkspaceEdit(changes={name: edits})).values()
            comments = lambda given: re.findall(r"#.*?(?=\s*$)", given, re.MULTILINE)
            assert comments(text) == comments(current.texts[name])


# MARK: Completion


def completed(result):
    return {entry.label for entry in (result.items if hasattr(result, "items") else result or [])}


@pytest.mark.parametrize(
    ("line", "wanted", "unwanted"),
    [
        ("  - ¦", {"conv", "relu", "Pair"}, {"kernel"}),
        ("  - co¦", {"conv"}, set()),
        ("  - conv: {¦", {"out", "kernel"}, {"relu"}),
        ("  - conv: {out: 4, ¦", {"kernel", "stride"}, {"out"}),
        ("  - conv: {out: 4, kernel: 3, padding: ¦", {"half", "same"}, {"relu"}),
        ("  - Pair: {¦", {"out", "kernel"}, {"relu"}),
        ("  - {name: x, ¦", {"conv", "repeat"}, set()),
        ("  - conv:\n      ¦", {"out", "kernel"}, {"relu"}),
        ("  - conv: {out: 2 * ¦", {"min", "prev.c"}, {"relu"}),
    ])
async def test_completion_knows_where_it_stands(line, wanted, unwanted):
    """In a text that is broken, as it is while one types."""
    async with await session() as current:
        text = SMALL.replace("  - global_avg_pool\n", f"{line}\n  - global_avg_pool\n")
        offset = text.index("¦")
        text = text.replace("¦", "")
        name = current.open("file:///w/small.yaml", text)
        position = converter.structure(current.places(name).place(offset), lsp.Position)
        result = await current.client.text_document_completion_async(
            lsp.CompletionParams(current.document(name), position))
        labels = completed(result)
        assert wanted <= labels and not unwanted & labels, sorted(labels)


async def test_what_is_completed_can_be_inserted(encoding):
    """Each entry, put in its place, makes a text that no longer lacks it."""
    async with await session(encoding) as current:
        text = CROWDED.replace("global_avg_pool, flatten", "glo, flatten")
        name = current.open("file:///w/crowded.yaml", text)
        result = await current.client.text_document_completion_async(lsp.CompletionParams(**current.at(name, "glo,", 3)))
        items = result.items if hasattr(result, "items") else result
        [item] = [entry for entry in items if entry.label == "global_avg_pool"]
        edit = item.text_edit
        start, end = (
            span(current, name, getattr(edit, "range", None) or edit.replace)
            if edit else (text.index("glo,"), text.index("glo,") + 3))
        new = edit.new_text if edit else item.insert_text or item.label
        assert re.sub(r"\$\d|\$\{\d:?[^}]*\}", "", text[:start] + new + text[end:]) == CROWDED


# MARK: Commands and the preview


async def test_a_variant_is_picked():
    async with await session() as current:
        text = SMALL.replace("input:", "params: {n: int = 4}\nvariants: {wide: {n: 12}}\ninput:").replace("{out: 4}", "{out: n}")
        name = current.open("file:///w/small.yaml", text)
        assert any("4×8×8" in label(hint) for hint in await current.hints(name))
        lenses = await current.lenses(name)
        commands = [lens.command for lens in lenses if lens.command.command == "cnnc.pickVariant"]
        assert any(list(command.arguments) == [name, "wide"] for command in commands)
        await current.client.workspace_execute_command_async(
            lsp.ExecuteCommandParams("cnnc.pickVariant", arguments=[name, "wide"]))
        assert any("12×8×8" in label(hint) for hint in await current.hints(name))
        await current.client.workspace_execute_command_async(
            lsp.ExecuteCommandParams("cnnc.pickVariant", arguments=[name, None]))
        assert any("4×8×8" in label(hint) for hint in await current.hints(name))


async def test_a_use_is_picked():
    async with await session() as current:
        name = current.open("file:///w/small.yaml", SMALL)
        line = SMALL[:SMALL.index("      - conv")].count("\n")
        shown = lambda hints: " ".join(label(hint) for hint in hints if hint.position.line == line)
        for index, shape in [(0, "4×8×8"), (1, "8×8×8")]:
            await current.client.workspace_execute_command_async(
                lsp.ExecuteCommandParams("cnnc.pickUse", arguments=[name, "Pair", index]))
            assert shape in shown(await current.hints(name))


@pytest.mark.parametrize("arguments", [[], [1], ["file:///w/none.yaml", "x"], ["file:///w/small.yaml", {}, -1], None])
@pytest.mark.parametrize("command", ["cnnc.pickVariant", "cnnc.pickUse", "cnnc.nothing"])
async def test_commands_with_wrong_arguments_are_no_crash(command, arguments):
    async with await session() as current:
        name = current.open("file:///w/small.yaml", SMALL)
        try:
            await current.client.workspace_execute_command_async(lsp.ExecuteCommandParams(command, arguments=arguments))
        except JsonRpcException:
            pass
        assert await current.hints(name)


async def test_the_preview_knows_its_lines(encoding):
    async with await session(encoding) as current:
        assert current.client.result.capabilities.experimental["cnnc"]["preview"] is True
        for path in [None, *LOOKED_AT]:
            name = current.open_file(path) if path else current.open("file:///w/small.yaml", SMALL)
            text = current.texts[name]
            marker = "layers:\n  - " if "layers:\n  - " in text else "layers"
            place = plain(current.place(name, marker, len(marker)))
            result = ask(await request(current, "cnnc/preview", {"textDocument": {"uri": name}, "position": place}))
            assert result["uri"] == name and result["version"] == 1 and result["stale"] is False
            ids = [box["id"] for box in result["boxes"]]
            assert ids and len(set(ids)) == len(ids)
            for box in result["boxes"]:
                assert f'id="{box["id"]}"' in result["svg"], box
                if box["uri"] == name:
                    current.places(name).within(box["range"])
            assert set(result["highlight"]) <= set(ids)
            lit = ask(await request(current, "cnnc/previewHighlight", {"textDocument": {"uri": name}, "position": place}))
            assert lit == {"highlight": result["highlight"], "version": 1}


async def test_the_preview_keeps_the_last_network():
    async with await session() as current:
        name = current.open("file:///w/small.yaml", SMALL)
        parameters = {"textDocument": {"uri": name}}
        first = ask(await request(current, "cnnc/preview", parameters))
        current.change(name, "- flatten", "- flatt: {")
        second = ask(await request(current, "cnnc/preview", parameters))
        assert second["stale"] is True and second["version"] == 2
        assert len(second["boxes"]) >= len(first["boxes"]) - 1
        none = current.open("file:///w/none.yaml", "cnnc: 1\nlayers: [}\n")
        assert ask(await request(current, "cnnc/preview", {"textDocument": {"uri": none}})) is None


async def request(current, method, parameters):
    return await current.client.protocol.send_request_async(method, parameters)


def ask(result):
    """A custom answer as plain values: pygls makes objects of them."""
    if hasattr(result, "_asdict"):
        return {key: ask(value) for key, value in result._asdict().items()}
    if isinstance(result, (list, tuple)):
        return [ask(value) for value in result]
    if hasattr(result, "__dict__"):
        return {key: ask(value) for key, value in vars(result).items()}
    return result


# MARK: What is no good session


def bare(**named):
    return Server(CNNC, initialize=False, **named)


def error_of(server, method, params):
    with pytest.raises(RuntimeError) as found:
        server.ask(method, params)
    return int(str(found.value).split(":")[0])


def test_the_order_of_a_session():
    server = bare()
    assert error_of(server, "textDocument/hover", {}) == -32002
    server.notify("textDocument/didOpen", {})
    server.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
    assert error_of(server, "initialize", {"processId": None, "rootUri": None, "capabilities": {}}) == -32600
    server.ask("shutdown", None)
    assert error_of(server, "textDocument/hover", {}) == -32600
    server.notify("exit", None)
    assert server.process.wait(20) == 0


@pytest.mark.parametrize("end", ["exit", "close"])
def test_an_end_without_shutdown_is_status_1(end):
    server = Server(CNNC)
    if end == "exit":
        server.notify("exit", None)
    else:
        server.process.stdin.close()
    assert server.process.wait(20) == 1


def test_what_is_malformed_is_answered_and_passed():
    server = Server(CNNC)
    assert error_of(server, "nothing/known", {}) == -32601
    server.notify("nothing/known", {})
    server.notify("$/setTrace", {"value": "verbose"})
    for params in [None, [], {}, {"textDocument": 5}, {"textDocument": {"uri": 5}, "position": "x"}, "text"]:
        for method in ["textDocument/hover", "textDocument/inlayHint", "textDocument/rename", "cnnc/preview"]:
            number, message = server.request(method, params)
            server.write(message)
            server.wait(lambda number=number: server.responses.pop(number, None))
    for method in ["textDocument/didChange", "textDocument/didOpen", "textDocument/didClose", "workspace/didChangeConfiguration"]:
        server.notify(method, {"textDocument": None})
    body = b'{"jsonrpc": "2.0", "id": 77, "method": '
    server.write_bytes(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    server.wait(lambda: server.responses.pop(None, None))
    name = "file:///w/small.yaml"
    server.open(name, SMALL)
    for position in [{"line": 1 << 31, "character": 0}, {"line": 3, "character": 1 << 31}, {"line": -1, "character": -1}]:
        number, message = server.request("textDocument/hover", {"textDocument": {"uri": name}, "position": position})
        server.write(message)
        server.wait(lambda number=number: server.responses.pop(number, None))
    assert server.hints(name)
    assert server.end() == 0


def test_requests_are_cancelled_and_outdated():
    server = Server(CNNC)
    name = "file:///w/small.yaml"
    server.open(name, SMALL)
    server.hints(name)
    number, message = server.request("textDocument/inlayHint", server.whole(name))
    server.write(message, {"method": "$/cancelRequest", "params": {"id": number}})
    response = server.wait(lambda: server.responses.pop(number, None))
    assert "result" in response or response["error"]["code"] == -32800
    server.notify("$/cancelRequest", {"id": 12345})
    assert server.hints(name)
    assert server.end() == 0


def test_a_message_in_pieces_and_many_in_one():
    server = Server(CNNC)
    name = "file:///w/small.yaml"
    server.open(name, SMALL)
    number, message = server.request("textDocument/inlayHint", server.whole(name))
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    data = b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    for index in range(len(data)):
        server.write_bytes(data[index:index + 1])
    first = server.result(number)
    requests = [server.request("textDocument/inlayHint", server.whole(name)) for _ in range(200)]
    server.write(*(message for _, message in requests))
    assert all(server.result(number) == first for number, _ in requests)
    assert server.end() == 0


def test_nothing_but_messages_is_written():
    """The standard output is the protocol's; what is printed there by anything else would end the session."""
    path = ROOT / "specs/errors/latin1.yaml"
    server = Server(CNNC)
    server.open(uri(path), path.read_bytes().decode("latin-1"))
    server.found(uri(path))
    assert server.end() == 0


def main():
    arguments = sys.argv[1:]
    if "--cnnc" in arguments:
        index = arguments.index("--cnnc")
        os.environ["CNNC"] = str(pathlib.Path(arguments[index + 1]).resolve())
        del arguments[index:index + 2]
    # No files of pytest's beside the sources, and settings of no other project.
    base = ["-q", "-p", "no:cacheprovider", "-o", "asyncio_mode=auto", "--rootdir", str(ROOT), "-c", os.devnull]
    sys.exit(pytest.main([*base, __file__, *arguments]))


if __name__ == "__main__":
    main()
