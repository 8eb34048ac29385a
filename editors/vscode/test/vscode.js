'use strict';

// As much of VS Code's API as the extension uses: values that hold what they are given, events that tests fire, and
// registrations that tests look up.

class Position {
  constructor(line, character) {
    this.line = line;
    this.character = character;
  }
}

class Range {
  constructor(start, end) {
    this.start = start;
    this.end = end;
  }
}

class Selection extends Range {
  get active() {
    return this.end;
  }
}

/** A class whose instances hold the constructor's arguments under these names. */
const holding = (...names) =>
  class {
    constructor(...values) {
      names.forEach((name, index) => {
        if (values[index] !== undefined) this[name] = values[index];
      });
    }
  };

class Uri {
  constructor(text) {
    this.text = text;
    [, this.scheme, this.path] = /^([a-z][a-z+.-]*):(?:\/\/[^/]*)?(.*)$/i.exec(text);
    this.path = decodeURIComponent(this.path);
  }

  static parse(text) {
    return new Uri(text);
  }

  static file(path) {
    return new Uri(`file://${encodeURI(path)}`);
  }

  static joinPath(uri, ...parts) {
    return new Uri([uri.text, ...parts].join('/'));
  }

  get fsPath() {
    return this.path;
  }

  toString() {
    return this.text;
  }
}

class MarkdownString {
  constructor(value = '') {
    this.value = value;
  }

  appendText(text) {
    this.value += text;
    return this;
  }

  appendCodeblock(text, language) {
    this.value += `\`\`\`${language}\n${text}\n\`\`\``;
    return this;
  }
}

class EventEmitter {
  constructor() {
    this.listeners = new Set();
    this.event = (listener) => {
      this.listeners.add(listener);
      return { dispose: () => this.listeners.delete(listener) };
    };
  }

  fire(value) {
    for (const listener of [...this.listeners]) listener(value);
  }

  dispose() {
    this.listeners.clear();
  }
}

class WorkspaceEdit {
  constructor() {
    this.entries = [];
  }

  set(uri, edits) {
    this.entries.push([uri.toString(), edits]);
  }

  createFile(uri) {
    this.entries.push(['create', uri.toString()]);
  }

  renameFile(from, to) {
    this.entries.push(['rename', from.toString(), to.toString()]);
  }

  deleteFile(uri) {
    this.entries.push(['delete', uri.toString()]);
  }
}

class CodeActionKind {
  constructor(value) {
    this.value = value;
  }

  append(part) {
    return new CodeActionKind(this.value ? `${this.value}.${part}` : part);
  }
}
CodeActionKind.Empty = new CodeActionKind('');

/** An open document, which `edit` changes as typing does. */
class Document {
  constructor(uri, text, languageId = 'yaml') {
    this.uri = typeof uri === 'string' ? Uri.parse(uri) : uri;
    this.languageId = languageId;
    this.version = 1;
    this.text = text;
  }

  getText() {
    return this.text;
  }

  offsetAt({ line, character }) {
    const lines = this.text.split('\n');
    return lines.slice(0, line).reduce((sum, text) => sum + text.length + 1, 0) + character;
  }

  getWordRangeAtPosition(position) {
    return new Range(position, position);
  }
}

/** A fresh module, as if VS Code had just begun. */
function makeVSCode(settings = {}) {
  const emitters = {};
  const event = (name) => {
    emitters[name] = emitters[name] || new EventEmitter();
    return emitters[name].event;
  };
  const registered = { commands: new Map(), providers: [], watchers: [], panels: [], messages: [], contexts: {}, log: '' };
  const disposable = (set, value) => {
    set.push(value);
    return { dispose: () => set.splice(set.indexOf(value), 1) };
  };
  const provider =
    (kind) =>
    (...words) =>
      disposable(registered.providers, {
        kind,
        provider: words.find((word) => Object.values(word || {}).some((part) => typeof part === 'function')),
        words,
      });
  const value = (name) => name.split('.').reduce((part, key) => (part === undefined ? part : part[key]), settings);
  const message =
    (kind) =>
    async (text) => {
      registered.messages.push({ kind, text });
      return registered.answer;
    };
  const workspace = {
    textDocuments: [],
    workspaceFolders: undefined,
    onDidOpenTextDocument: event('open'),
    onDidCloseTextDocument: event('close'),
    onDidChangeTextDocument: event('change'),
    onDidSaveTextDocument: event('save'),
    onDidChangeConfiguration: event('configuration'),
    getConfiguration: (section) => ({
      get: (name) => value(section ? `${section}.${name}` : name),
      inspect: (name) => ({ key: name }),
      update: async (name, next) => {
        const keys = `${section}.${name}`.split('.');
        const last = keys.pop();
        keys.reduce((part, key) => (part[key] = part[key] || {}), settings)[last] = next;
        emitters.configuration.fire({ affectsConfiguration: (key) => `${section}.${name}`.startsWith(key) });
      },
    }),
    createFileSystemWatcher: (glob) => {
      const watcher = { glob, isDisposed: false, dispose: () => (watcher.isDisposed = true) };
      for (const name of ['onDidCreate', 'onDidChange', 'onDidDelete']) {
        const emitter = new EventEmitter();
        watcher[name] = emitter.event;
        watcher[`fire${name.slice(2)}`] = (uri) => emitter.fire(uri);
      }
      registered.watchers.push(watcher);
      return watcher;
    },
    applyEdit: async (edit) => {
      registered.applied = edit;
      return true;
    },
  };
  const window = {
    activeTextEditor: undefined,
    visibleTextEditors: [],
    onDidChangeActiveTextEditor: event('active'),
    onDidChangeTextEditorSelection: event('selection'),
    createOutputChannel: () => ({
      append: (text) => (registered.log += text),
      appendLine: (text) => (registered.log += `${text}\n`),
      show: () => (registered.isLogShown = true),
      dispose() {},
    }),
    showErrorMessage: message('error'),
    showWarningMessage: message('warning'),
    showInformationMessage: message('information'),
    showQuickPick: async (items) => {
      registered.picks = items;
      return items[registered.pick];
    },
    showTextDocument: async (uri, options) => {
      const editor = { uri: uri.toString(), options, revealRange: (range) => (editor.revealed = range) };
      registered.shown = editor;
      return editor;
    },
    createWebviewPanel: (type, title, column, options) => {
      const [received, disposed, changed] = [new EventEmitter(), new EventEmitter(), new EventEmitter()];
      const panel = {
        type, title, column, options, visible: true, posted: [],
        webview: {
          cspSource: 'https://webview.example',
          asWebviewUri: (uri) => `webview:${uri}`,
          onDidReceiveMessage: received.event,
          postMessage: async (posted) => panel.posted.push(posted),
        },
        onDidDispose: disposed.event,
        onDidChangeViewState: changed.event,
        reveal: () => (panel.isRevealed = true),
        dispose: () => disposed.fire(),
        receive: (posted) => received.fire(posted),
      };
      registered.panels.push(panel);
      return panel;
    },
    registerWebviewPanelSerializer: (type, serializer) => {
      registered.serializer = serializer;
      return { dispose() {} };
    },
  };
  const languages = {
    match: (selector, document) =>
      selector.some(({ scheme, language }) => scheme === document.uri.scheme && language === document.languageId) ? 10 : 0,
    createDiagnosticCollection: () => {
      const found = new Map();
      registered.diagnostics = found;
      return {
        set: (uri, list) => found.set(uri.toString(), list),
        delete: (uri) => found.delete(uri.toString()),
        clear: () => found.clear(),
        dispose: () => found.clear(),
      };
    },
    createLanguageStatusItem: () => (registered.status = { dispose() {} }),
  };
  for (const kind of [
    'Hover', 'CompletionItem', 'InlayHints', 'CodeLens', 'Definition', 'Reference', 'DocumentHighlight', 'Rename',
    'DocumentSymbol', 'WorkspaceSymbol', 'FoldingRange', 'SelectionRange', 'DocumentLink', 'DocumentFormattingEdit',
    'CodeActions', 'DocumentSemanticTokens', 'DocumentRangeSemanticTokens',
  ]) {
    languages[`register${kind}Provider`] = provider(kind);
  }
  const commands = {
    registerCommand: (name, action) => {
      if (registered.commands.has(name)) throw new Error(`command '${name}' already exists`);
      registered.commands.set(name, action);
      return { dispose: () => registered.commands.delete(name) };
    },
    executeCommand: async (name, ...words) => {
      if (name === 'setContext') registered.contexts[words[0]] = words[1];
      const action = registered.commands.get(name);
      return action && action(...words);
    },
  };
  return {
    Position, Range, Selection, Uri, MarkdownString, EventEmitter, WorkspaceEdit, CodeActionKind,
    Location: holding('uri', 'range'),
    Hover: holding('contents', 'range'),
    TextEdit: holding('range', 'newText'),
    Diagnostic: holding('range', 'message', 'severity'),
    DiagnosticRelatedInformation: holding('location', 'message'),
    CompletionItem: holding('label', 'kind'),
    CompletionList: holding('items', 'isIncomplete'),
    SnippetString: holding('value'),
    InlayHint: holding('position', 'label', 'kind'),
    InlayHintLabelPart: holding('value'),
    CodeLens: holding('range', 'command'),
    CodeAction: holding('title', 'kind'),
    DocumentSymbol: holding('name', 'detail', 'kind', 'range', 'selectionRange'),
    SymbolInformation: holding('name', 'kind', 'containerName', 'location'),
    SelectionRange: holding('range', 'parent'),
    DocumentLink: holding('range', 'target'),
    DocumentHighlight: holding('range', 'kind'),
    FoldingRange: holding('start', 'end', 'kind'),
    SemanticTokens: holding('data', 'resultId'),
    SemanticTokensLegend: holding('tokenTypes', 'tokenModifiers'),
    FoldingRangeKind: { Comment: 1, Imports: 2, Region: 3 },
    DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2, Hint: 3 },
    LanguageStatusSeverity: { Information: 0, Warning: 1, Error: 2 },
    ConfigurationTarget: { Global: 1, Workspace: 2 },
    ViewColumn: { Beside: -2, One: 1 },
    TextEditorRevealType: { InCenterIfOutsideViewport: 2 },
    version: '1.82.0',
    env: { language: 'en', openExternal: async () => true },
    commands, languages, window, workspace,
    // For tests:
    registered, emitters, settings,
  };
}

module.exports = { Document, makeVSCode };
