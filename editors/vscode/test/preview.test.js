'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { Document, Session, spec, until } = require('./session');

const uri = 'file:///w/m.yaml';

/** Runs a body with the preview open, and ends the session. */
const previewed = (options, body) => async () => {
  const current = new Session(options);
  try {
    current.activate(new Document(uri, spec));
    await current.ready();
    await current.vscode.commands.executeCommand('cnnc.showPreview');
    const [panel] = current.vscode.registered.panels;
    await body(current, panel);
  } finally {
    await current.end();
  }
};

test('the picture is shown beside the text, in a page that runs nothing but its own scripts', previewed({}, (current, panel) => {
  assert.equal(panel.column.viewColumn, current.vscode.ViewColumn.Beside);
  assert.equal(panel.title, 'Small');
  assert.deepEqual(panel.options.localResourceRoots.map(String), ['file:///extension/media']);
  const { html } = panel.webview;
  const [, policy] = /Content-Security-Policy" content="([^"]+)"/.exec(html);
  const [, nonce] = /script-src 'nonce-([^']+)'/.exec(policy);
  assert.match(policy, /^default-src 'none'; style-src https:\/\/webview\.example 'unsafe-inline'; script-src 'nonce-[^ ]+'$/);
  for (const [tag] of html.matchAll(/<script[^>]*>/g)) assert.ok(tag.includes(`nonce="${nonce}"`), tag);
  const shown = panel.posted.find(({ type }) => type === 'show');
  assert.deepEqual(shown, {
    type: 'show', uri, svg: '<svg/>', stale: false, highlight: [], paths: [['cnnc-box-1', 'conv1']],
  });
  assert.deepEqual(current.sent('cnnc/preview')[0].params.position, { line: 4, character: 6 });
}));

test('a click goes to the line, and only to lines of boxes', previewed({}, async (current, panel) => {
  panel.receive({ type: 'go', id: 'nonsense' });
  assert.equal(current.vscode.registered.shown, undefined);
  panel.receive({ type: 'go', id: 'cnnc-box-1' });
  const shown = await until(() => current.vscode.registered.shown && current.vscode.registered.shown.revealed && current.vscode.registered.shown);
  assert.equal(shown.uri, uri);
  assert.deepEqual([shown.selection.start.line, shown.selection.start.character], [4, 4]);
  assert.equal(shown.options.viewColumn, 1);
}));

test('the cursor lights up its box once it rests', previewed({}, async (current, panel) => {
  for (let turn = 0; turn < 5; turn++) current.vscode.emitters.selection.fire({ textEditor: current.editor });
  const lit = await until(() => panel.posted.find(({ type }) => type === 'highlight'));
  assert.deepEqual(lit.ids, ['cnnc-box-1']);
  assert.equal(current.sent('cnnc/previewHighlight').length, 1);
}));

test('another spec that becomes active is drawn, and the end of the panel is told', previewed({}, async (current, panel) => {
  const other = new Document('file:///w/n.yaml', spec);
  current.vscode.emitters.active.fire({ document: new Document('file:///w/x.yaml', 'a: 1\n') });
  current.vscode.emitters.active.fire({ document: other });
  await until(() => panel.posted.some((message) => message.uri === other.uri.toString()));
  panel.dispose();
  const closed = await until(() => {
    const list = current.sent('cnnc/previewClosed');
    return list.length === 2 && list;
  });
  assert.deepEqual(closed.map(({ params }) => params.textDocument.uri), [uri, other.uri.toString()]);
}));

test('a panel of the last time is filled again', async () => {
  const current = new Session();
  try {
    current.activate(new Document(uri, spec));
    const panel = current.vscode.window.createWebviewPanel('cnnc.preview', '', {}, {});
    await current.vscode.registered.serializer.deserializeWebviewPanel(panel, { uri });
    assert.ok(panel.posted.some(({ type }) => type === 'show'));
  } finally {
    await current.end();
  }
});

test('a server without previews says so, and no spec is no preview', async () => {
  await previewed({ mode: 'no-preview' }, (current, panel) => {
    assert.match(panel.posted.at(-1).text, /draws no previews/);
  })();
  const current = new Session();
  try {
    current.activate();
    await current.vscode.commands.executeCommand('cnnc.showPreview');
    assert.equal(current.vscode.registered.panels.length, 0);
    assert.equal(current.vscode.registered.messages.length, 1);
  } finally {
    await current.end();
  }
});

/** An element as far as `disarm` looks at it. */
class Element {
  constructor(localName, attributes = {}, children = []) {
    Object.assign(this, { localName, children });
    this.map = new Map(Object.entries(attributes));
    for (const child of children) child.parent = this;
  }

  get attributes() {
    return [...this.map].map(([name, value]) => ({ name, value }));
  }

  getAttribute(name) {
    return this.map.get(name);
  }

  removeAttribute(name) {
    this.map.delete(name);
  }

  remove() {
    this.parent.children = this.parent.children.filter((child) => child !== this);
  }

  querySelectorAll(selector) {
    const names = selector.split(', ');
    const all = this.children.flatMap((child) => [child, ...child.querySelectorAll('*')]);
    return selector === '*' ? all : all.filter((element) => names.includes(element.localName));
  }
}

test('pictures lose what could do more than be looked at', () => {
  const { disarm } = require('../media/picture');
  const picture = new Element('svg', { onload: 'x()', viewBox: '0 0 1 1' }, [
    new Element('script'),
    new Element('g', { id: 'cnnc-box-1', ONCLICK: 'x()' }, [new Element('a', { 'xlink:href': 'javascript:x()' })]),
    new Element('use', { href: '#arrow' }),
    new Element('use', { href: 'https://elsewhere.example/x.svg#a' }),
    new Element('foreignObject', {}, [new Element('iframe')]),
    new Element('image', { href: 'https://elsewhere.example/x.png' }),
  ]);
  disarm(picture);
  assert.deepEqual(picture.children.map(({ localName }) => localName), ['g', 'use']);
  assert.deepEqual(picture.attributes, [{ name: 'viewBox', value: '0 0 1 1' }]);
  assert.deepEqual(picture.children[0].attributes, [{ name: 'id', value: 'cnnc-box-1' }]);
  assert.deepEqual(picture.children[0].children[0].attributes, []);
});
