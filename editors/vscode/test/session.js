'use strict';

// Loads the extension beside a stub of VS Code, and waits for what it does.

const fs = require('fs');
const Module = require('module');
const os = require('os');
const path = require('path');
const { Document, makeVSCode } = require('./vscode');

const source = path.join(__dirname, '..', 'src');
const spec = 'cnnc: 1\nmodel: Small\ninput: {channels: 3, size: 8}\nlayers:\n  - conv: {out: 4, kernel: 3}\n';
const token = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose() {} }) };

/** The extension's modules with a fresh `vscode`. */
function load(vscode) {
  for (const name of Object.keys(require.cache)) if (name.startsWith(source)) delete require.cache[name];
  const { _load: original } = Module;
  Module._load = (name, ...others) => (name === 'vscode' ? vscode : original(name, ...others));
  try {
    return {
      extension: require(path.join(source, 'extension.js')),
      convert: require(path.join(source, 'convert.js')),
    };
  } finally {
    Module._load = original;
  }
}

/** Waits until a condition holds. */
async function until(condition, what) {
  for (let turn = 0; turn < 3000; turn++) {
    const value = await condition();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`waited in vain for ${what || condition}`);
}

class Session {
  /** @param mode how the stub server behaves; `program` is another server */
  constructor({ mode = '', program, settings = {} } = {}) {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cnnc-vscode-'));
    this.logFile = path.join(this.folder, 'log');
    fs.writeFileSync(this.logFile, '');
    process.env.STUB_MODE = mode;
    process.env.STUB_LOG = this.logFile;
    this.vscode = makeVSCode({ cnnc: { path: program || path.join(__dirname, 'stub-server.js'), ...settings } });
    this.modules = load(this.vscode);
  }

  /** Activates the extension with documents open. */
  activate(...documents) {
    this.vscode.workspace.textDocuments.push(...documents);
    const [first] = documents;
    if (first) {
      const place = new this.vscode.Position(4, 6);
      this.editor = { document: first, selection: new this.vscode.Selection(place, place), viewColumn: 1 };
      this.vscode.window.activeTextEditor = this.editor;
      this.vscode.window.visibleTextEditors = [this.editor];
    }
    this.context = { subscriptions: [], extensionUri: this.vscode.Uri.file('/extension') };
    Object.assign(this, this.modules.extension.activate(this.context));
    return this;
  }

  ready() {
    return until(() => this.client.isReady, 'the server');
  }

  /** The messages that the server was sent, of one method if that is said. */
  sent(method) {
    // A line that is being written has no end yet.
    const lines = fs.readFileSync(this.logFile, 'utf8').split('\n').slice(0, -1);
    const messages = lines.filter(Boolean).map((line) => JSON.parse(line));
    return method === undefined ? messages : messages.filter((message) => message.method === method);
  }

  /** Changes a document as typing does, and tells the extension. */
  edit(document, start, end, text) {
    const [from, to] = [document.offsetAt(start), document.offsetAt(end)];
    document.text = document.text.slice(0, from) + text + document.text.slice(to);
    document.version++;
    const change = { range: new this.vscode.Range(start, end), rangeLength: to - from, text };
    this.vscode.emitters.change.fire({ document, contentChanges: [change] });
  }

  provider(kind) {
    const found = this.vscode.registered.providers.find((entry) => entry.kind === kind);
    if (!found) throw new Error(`nothing provides ${kind}`);
    return found.provider;
  }

  async end() {
    await this.modules.extension.deactivate();
    for (const part of this.context ? this.context.subscriptions : []) part.dispose();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

module.exports = { Document, Session, spec, token, until };
