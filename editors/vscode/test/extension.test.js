'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { Document, Session, spec, token, until } = require('./session');

const uri = 'file:///w/m.yaml';

/** Runs a session and ends it, whatever happens. */
const session = (options, body) => async () => {
  const current = new Session(options);
  try {
    await body(current);
  } finally {
    await current.end();
  }
};

test('the server is started for a spec, not for other YAML', session({}, async (current) => {
  const other = new Document('file:///w/compose.yaml', 'services:\n  cnnc: 1\n');
  current.activate(other);
  assert.equal(current.client.starting, undefined);
  current.edit(other, { line: 0, character: 0 }, { line: 0, character: 0 }, 'cnnc: 1\n');
  await current.ready();
  assert.equal(current.vscode.registered.contexts['cnnc.isSpec'], true);
  assert.equal(current.vscode.registered.status.text, 'stub 1');
  assert.equal(current.vscode.registered.status.busy, false);
}));

test('recipes and documents in the language start it too, other schemes do not', session({}, async (current) => {
  current.activate(new Document(uri.replace('file', 'git'), spec));
  assert.equal(current.client.starting, undefined);
  current.vscode.emitters.open.fire(new Document('file:///w/recipes/r.yaml', 'epochs: 1\n'));
  await current.ready();
}));

test('documents are told as they open, change, are saved and close', session({}, async (current) => {
  const document = new Document(uri, spec);
  current.activate(document);
  await current.ready();
  const [{ params: initialization }] = current.sent('initialize');
  assert.deepEqual(initialization.capabilities.general.positionEncodings, ['utf-16']);
  assert.deepEqual(initialization.initializationOptions.clientCommands, ['cnnc.showUses']);
  current.edit(document, { line: 4, character: 17 }, { line: 4, character: 18 }, '5');
  current.vscode.emitters.change.fire({ document, contentChanges: [] });
  current.vscode.emitters.save.fire(document);
  current.vscode.emitters.close.fire(document);
  const other = new Document('file:///w/x.json', '{}', 'json');
  current.vscode.emitters.open.fire(other);
  current.vscode.emitters.close.fire(other);
  await until(() => current.sent('textDocument/didClose').length > 0);
  const names = current.sent().map(({ method }) => method).filter((name) => name && name.startsWith('textDocument/did'));
  assert.deepEqual(names, ['didOpen', 'didChange', 'didSave', 'didClose'].map((name) => `textDocument/${name}`));
  assert.equal(current.sent('textDocument/didOpen')[0].params.textDocument.text, spec);
  const [{ params }] = current.sent('textDocument/didChange');
  assert.equal(params.textDocument.version, 2);
  assert.deepEqual(params.contentChanges, [
    { range: { start: { line: 4, character: 17 }, end: { line: 4, character: 18 } }, rangeLength: 1, text: '5' },
  ]);
  // The closed document has no findings left.
  await until(() => current.vscode.registered.diagnostics.size === 0);
}));

test('findings have their place, page, notes and tags', session({}, async (current) => {
  current.activate(new Document(uri, spec));
  const [found] = await until(() => current.vscode.registered.diagnostics.get(uri));
  assert.equal(found.severity, 0);
  assert.equal(found.range.start.character, 4);
  assert.equal(found.code.value, 'shape.rank');
  assert.match(found.code.target.toString(), /diagnostics#shape.rank$/);
  assert.equal(found.relatedInformation[0].message, 'made here');
  assert.deepEqual(found.tags, [1]);
  assert.deepEqual(current.modules.convert.fromDiagnostic(found), found.fromServer);
}));

test('findings of another version are passed over', session({ mode: 'late' }, async (current) => {
  const document = new Document(uri, spec);
  current.activate(document);
  await current.ready();
  await current.client.ask('textDocument/hover', {}, token);
  assert.equal(current.vscode.registered.diagnostics.size, 0);
}));

test('every capability that is announced is registered and gives VS Code its values', session({}, async (current) => {
  const document = new Document(uri, spec);
  current.activate(document);
  await current.ready();
  const { vscode } = current;
  const place = new vscode.Position(4, 6);
  const range = new vscode.Range(place, place);
  const give = (kind, method, ...words) => current.provider(kind)[method](...words);

  const hover = await give('Hover', 'provideHover', document, place, token);
  assert.equal(hover.contents.value, '**conv**');
  const list = await give('CompletionItem', 'provideCompletionItems', document, place, token, { triggerKind: 1, triggerCharacter: '.' });
  assert.equal(list.isIncomplete, true);
  assert.equal(list.items[0].insertText.value, 'conv: {out: $1}');
  assert.equal(list.items[0].kind, 6);
  assert.equal(list.items[0].range.end.character, 6);
  assert.equal(list.items[1].insertText, 'relu');
  assert.deepEqual(current.sent('textDocument/completion')[0].params.context, { triggerKind: 2, triggerCharacter: '.' });
  const item = await give('CompletionItem', 'resolveCompletionItem', list.items[0], token);
  assert.equal(item.documentation.value, 'A convolution.');
  const [hint] = await give('InlayHints', 'provideInlayHints', document, range, token);
  assert.equal(hint.label[0].value, '4×6×6');
  assert.equal(hint.paddingLeft, true);
  assert.equal(current.provider('InlayHints').resolveInlayHint, undefined);
  const lenses = await give('CodeLens', 'provideCodeLenses', document, token);
  assert.deepEqual(lenses.map((lens) => lens.command.title), ['112 parameters', '3 uses']);
  const [definition] = await give('Definition', 'provideDefinition', document, place, token);
  assert.equal(definition.uri.toString(), 'file:///w/blocks.yaml');
  assert.equal((await give('Reference', 'provideReferences', document, place, { includeDeclaration: true }, token)).length, 1);
  const [highlight] = await give('DocumentHighlight', 'provideDocumentHighlights', document, place, token);
  assert.equal(highlight.kind, 2);
  const rename = await give('Rename', 'prepareRename', document, place, token);
  assert.equal(rename.placeholder, 'B');
  const edit = await give('Rename', 'provideRenameEdits', document, place, 'C', token);
  const [[, [renamed, [offered, metadata]]]] = edit.entries;
  assert.deepEqual([renamed.newText, offered.newText], ['C', 'weights: x']);
  assert.deepEqual(metadata, { label: 'Map the weights', description: undefined, needsConfirmation: true });
  const [symbol] = await give('DocumentSymbol', 'provideDocumentSymbols', document, token);
  assert.equal(symbol.kind, 4);
  assert.equal(symbol.children[0].name, 'conv');
  const [found] = await give('WorkspaceSymbol', 'provideWorkspaceSymbols', 'B', token);
  assert.equal(found.location.uri.toString(), 'file:///w/blocks.yaml');
  const [fold] = await give('FoldingRange', 'provideFoldingRanges', document, {}, token);
  assert.deepEqual([fold.start, fold.end, fold.kind], [1, 3, 3]);
  const [selection] = await give('SelectionRange', 'provideSelectionRanges', document, [place], token);
  assert.equal(selection.parent.range.end.character, 9);
  const [link] = await give('DocumentLink', 'provideDocumentLinks', document, token);
  assert.match(link.target.toString(), /1512\.03385$/);
  const edits = await give('DocumentFormattingEdit', 'provideDocumentFormattingEdits', document, { tabSize: 2, insertSpaces: true }, token);
  assert.equal(edits[0].newText, '');
  const diagnostics = vscode.registered.diagnostics.get(uri);
  const [action] = await give('CodeActions', 'provideCodeActions', document, range, { diagnostics, only: undefined, triggerKind: 1 }, token);
  assert.equal(action.kind.value, 'quickfix');
  assert.equal(action.isPreferred, true);
  const [{ params }] = current.sent('textDocument/codeAction');
  assert.deepEqual(params.context.diagnostics, diagnostics.map((entry) => entry.fromServer));
  const resolved = await give('CodeActions', 'resolveCodeAction', action, token);
  assert.equal(resolved.edit.entries.length, 1);
  assert.deepEqual([...(await give('DocumentSemanticTokens', 'provideDocumentSemanticTokens', document, token)).data], [0, 0, 4, 0, 0]);
  assert.equal((await give('DocumentRangeSemanticTokens', 'provideDocumentRangeSemanticTokens', document, range, token)).data.length, 5);
}));

test('a fix for a text that has changed is not made', session({}, async (current) => {
  const document = new Document(uri, spec);
  current.activate(document);
  await current.ready();
  const place = new current.vscode.Position(4, 6);
  const [action] = await current.provider('CodeActions')
    .provideCodeActions(document, new current.vscode.Range(place, place), { diagnostics: [] }, token);
  current.edit(document, { line: 4, character: 17 }, { line: 4, character: 18 }, '5');
  await current.provider('CodeActions').resolveCodeAction(action, token);
  assert.equal(action.edit, undefined);
}));

test('requests of the server: settings, watchers, refreshes, and a refusal of what is unknown', session({}, async (current) => {
  current.activate(new Document(uri, spec));
  await current.ready();
  let refreshes = 0;
  current.provider('InlayHints').onDidChangeInlayHints(() => refreshes++);
  await current.vscode.commands.executeCommand('cnnc.pickVariant', uri, 'wide');
  assert.deepEqual(current.sent('workspace/executeCommand')[0].params, { command: 'cnnc.pickVariant', arguments: [uri, 'wide'] });
  await until(() => refreshes === 1);
  const answers = await until(() => {
    const list = current.sent().filter(({ method, id }) => method === undefined && id !== undefined);
    return list.length >= 4 && list;
  });
  const byId = new Map(answers.map((message) => [message.id, message]));
  assert.equal(byId.get('settings').result[0].path, current.vscode.settings.cnnc.path);
  assert.equal(byId.get('unknown').error.code, -32601);
  const [watcher] = current.vscode.registered.watchers;
  watcher.fireDidChange(current.vscode.Uri.parse('file:///w/blocks.yaml'));
  const [{ params }] = await until(() => {
    const list = current.sent('workspace/didChangeWatchedFiles');
    return list.length > 0 && list;
  });
  assert.deepEqual(params.changes, [{ uri: 'file:///w/blocks.yaml', type: 2 }]);
  await current.client.stop();
  assert.equal(watcher.isDisposed, true);
}));

test('settings that change are told, and the switch of the hints is turned', session(
  { settings: { inlayHints: { enabled: true } } },
  async (current) => {
    current.activate(new Document(uri, spec));
    await current.ready();
    await current.vscode.commands.executeCommand('cnnc.toggleInlayHints');
    const [{ params }] = await until(() => {
      const list = current.sent('workspace/didChangeConfiguration');
      return list.length > 0 && list;
    });
    assert.equal(params.settings.cnnc.inlayHints.enabled, false);
  }));

test('a use of a block is picked from a list', session({}, async (current) => {
  current.activate(new Document(uri, spec));
  await current.ready();
  current.vscode.registered.pick = 2;
  const uses = [{ label: 'layer1.0', detail: 'a', index: 0 }, { label: 'layer1.1', detail: 'b', index: 1 }];
  await current.vscode.commands.executeCommand('cnnc.showUses', uri, 'B', uses, 1);
  assert.deepEqual(current.vscode.registered.picks.map(({ label }) => label), ['all uses', 'layer1.0', '$(check) layer1.1']);
  assert.deepEqual(current.sent('workspace/executeCommand')[0].params, { command: 'cnnc.pickUse', arguments: [uri, 'B', 1] });
}));

test('answers that are out of date are none, faults are logged, and those of commands are told', async () => {
  await session({ mode: 'outdated' }, async (current) => {
    const document = new Document(uri, spec);
    current.activate(document);
    await current.ready();
    assert.equal(await current.provider('CodeLens').provideCodeLenses(document, token), undefined);
    assert.equal(current.vscode.registered.log, '');
  })();
  await session({ mode: 'faulty' }, async (current) => {
    const document = new Document(uri, spec);
    current.activate(document);
    await current.ready();
    assert.equal(await current.provider('CodeLens').provideCodeLenses(document, token), undefined);
    assert.match(current.vscode.registered.log, /no luck with textDocument\/codeLens/);
    await assert.rejects(current.vscode.commands.executeCommand('cnnc.pickVariant', uri, null), /no luck/);
  })();
});

test('a program that is not there is told once, with the way to the setting', session(
  { program: '/nowhere/cnnc' },
  async (current) => {
    current.vscode.registered.answer = 'Settings';
    current.activate(new Document(uri, spec));
    await until(() => current.vscode.registered.messages.length > 0);
    assert.match(current.vscode.registered.messages[0].text, /cannot be run as '\/nowhere\/cnnc'/);
    assert.equal(current.vscode.registered.status.text, 'cnnc: not found');
    assert.equal(current.vscode.registered.messages.length, 1);
  }));

test('a server that ends at once is not started again and again', session({ mode: 'dies' }, async (current) => {
  current.activate(new Document(uri, spec));
  await until(() => current.vscode.registered.messages.length > 0);
  assert.equal(current.vscode.registered.status.text, 'cnnc: failed');
  assert.equal(current.sent('initialize').length, 1);
}));

test('a server that crashes is started again, and not for ever', session({ mode: 'crashes' }, async (current) => {
  current.activate(new Document(uri, spec));
  await until(() => current.vscode.registered.messages.length > 0, 'the end of the attempts');
  assert.match(current.vscode.registered.messages[0].text, /6 times/);
  assert.equal(current.sent('initialize').length, 6);
  assert.equal(current.vscode.registered.diagnostics.size, 0);
  // Nothing of the sessions is left.
  assert.equal(current.vscode.registered.providers.length, 0);
}));

test('a server that counts in another unit is refused', session({ mode: 'utf-8' }, async (current) => {
  current.activate(new Document(uri, spec));
  await until(() => current.vscode.registered.messages.length > 0);
  assert.match(current.vscode.registered.messages[0].text, /counts in utf-8/);
}));

test('restarting begins a session anew and registers nothing twice', session({}, async (current) => {
  current.activate(new Document(uri, spec));
  await current.ready();
  const count = current.vscode.registered.providers.length;
  await current.vscode.commands.executeCommand('cnnc.restartServer');
  assert.equal(current.client.isReady, true);
  assert.equal(current.vscode.registered.providers.length, count);
  assert.deepEqual(current.sent('shutdown').length, 1);
  await until(() => current.sent('textDocument/didOpen').length === 2);
}));

test('the manifest names files that are there and the version of the program', () => {
  const root = path.join(__dirname, '..');
  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const { languages, grammars, commands, menus } = manifest.contributes;
  const files = [manifest.main, ...grammars.map((grammar) => grammar.path), ...languages.map((language) => language.configuration)];
  for (const file of files) assert.ok(fs.existsSync(path.join(root, file)), file);
  const known = new Set(commands.map(({ command }) => command));
  for (const entry of Object.values(menus).flat()) assert.ok(known.has(entry.command), entry.command);
  const program = fs.readFileSync(path.join(root, '../../Sources/cnnc/Cnnc.swift'), 'utf8');
  assert.equal(/let release = "([^"]+)"/.exec(program)[1], manifest.version);
});
