'use strict';

// The extension with the server that CNNC names.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { Document, Session, token, until } = require('./session');

const root = path.join(__dirname, '../../..');
const program = process.env.CNNC;
const isThere = Boolean(program) && spawnSync(program, ['lsp', '--help']).status === 0;
const skip = isThere ? false : 'CNNC names no program that has lsp';

test('a spec gets its hints, lenses and preview, and a mistake its finding and fix', { skip }, async () => {
  const current = new Session({ program });
  try {
    const file = path.join(root, 'specs/lenet5.yaml');
    const { vscode } = current;
    const document = new Document(vscode.Uri.file(file), fs.readFileSync(file, 'utf8'));
    current.activate(document);
    await current.ready();
    const whole = new vscode.Range(new vscode.Position(0, 0), new vscode.Position(100, 0));
    const label = (hint) => (typeof hint.label === 'string' ? hint.label : hint.label.map(({ value }) => value).join(''));
    const hints = await current.provider('InlayHints').provideInlayHints(document, whole, token);
    assert.ok(hints.some((hint) => hint.position.line === 7 && label(hint).includes('6×28×28')), hints.map(label).join(' '));
    const lenses = await current.provider('CodeLens').provideCodeLenses(document, token);
    assert.ok(lenses.length > 0);
    for (const name of vscode.registered.commands.keys()) assert.match(name, /^cnnc\./);

    await vscode.commands.executeCommand('cnnc.showPreview');
    const [panel] = vscode.registered.panels;
    const shown = panel.posted.find(({ type }) => type === 'show');
    assert.ok(shown.svg.includes('cnnc-box') && shown.paths.length > 0);
    panel.receive({ type: 'go', id: shown.paths.find(([, name]) => name === 'conv1')[0] });
    const editor = await until(() => vscode.registered.shown && vscode.registered.shown.revealed && vscode.registered.shown);
    assert.equal(editor.selection.start.line, 7);

    const line = document.text.split('\n').findIndex((text) => /^ +- flatten/.test(text));
    current.edit(document, { line, character: 0 }, { line: line + 1, character: 0 }, '');
    const name = document.uri.toString();
    const found = await until(() => {
      const list = (vscode.registered.diagnostics.get(name) || []).filter(({ severity }) => severity === 0);
      return list.length > 0 && list;
    }, 'the finding');
    assert.equal(found[0].code.value || found[0].code, 'shape.rank');
    const actions = await current.provider('CodeActions')
      .provideCodeActions(document, found[0].range, { diagnostics: found, triggerKind: 1 }, token);
    const action = actions.find(({ kind }) => kind.value === 'quickfix');
    const resolved = action.edit ? action : await current.provider('CodeActions').resolveCodeAction(action, token);
    assert.ok(resolved.edit.entries.length > 0);
    // The picture of the last network that was built stays, marked.
    await until(() => panel.posted.some(({ type, stale }) => type === 'show' && stale), 'a stale picture');
    assert.equal(vscode.registered.log, '');
  } finally {
    await current.end();
  }
});
