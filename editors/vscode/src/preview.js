'use strict';

// The network's picture beside its text. The server draws it and knows the line of each box; here it is asked for and
// handed to the page, which is `media/preview.js`.

const crypto = require('crypto');
const vscode = require('vscode');
const convert = require('./convert');
const { isSpec } = require('./client');

const cursorDelay = 40;

class Preview {
  static viewType = 'cnnc.preview';

  constructor(extensionUri, client) {
    this.media = vscode.Uri.joinPath(extensionUri, 'media');
    this.client = client;
    this.panel = null;
    // The document that is drawn, the boxes of its picture and the version that these are of.
    this.uri = null;
    this.boxes = new Map();
    this.version = null;
    this.asked = 0;
    client.onNotification('cnnc/previewChanged', ({ uri }) => {
      if (uri === this.uri) void this.draw();
    });
    this.subscriptions = [
      vscode.window.onDidChangeActiveTextEditor((editor) => this.follow(editor)),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.moved(textEditor)),
      vscode.workspace.onDidCloseTextDocument((document) => this.documentClosed(document)),
    ];
  }

  /** Shows the document of an editor, in a panel beside it. */
  async open(editor) {
    if (!editor || !isSpec(editor.document)) {
      void vscode.window.showInformationMessage('Open a spec of cnnc, whose network can be drawn.');
      return;
    }
    if (this.panel) {
      this.panel.reveal(undefined, true);
    } else {
      this.attach(
        vscode.window.createWebviewPanel(
          Preview.viewType, 'Network', { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
          { enableScripts: true, localResourceRoots: [this.media] }),
      );
    }
    await this.show(editor.document.uri.toString());
  }

  /** Called by VS Code for a panel that was open when it was left. */
  async deserializeWebviewPanel(panel, state) {
    panel.webview.options = { enableScripts: true, localResourceRoots: [this.media] };
    this.attach(panel);
    if (state && typeof state.uri === 'string') await this.show(state.uri);
  }

  attach(panel) {
    if (this.panel) this.panel.dispose();
    this.panel = panel;
    panel.webview.html = this.page(panel.webview);
    panel.webview.onDidReceiveMessage((message) => void this.receive(message));
    panel.onDidDispose(() => {
      if (this.panel !== panel) return;
      this.closed();
      this.panel = null;
      this.uri = null;
    });
    panel.onDidChangeViewState(() => {
      if (panel.visible) void this.draw();
    });
  }

  /** Draws another document than before. */
  async show(uri) {
    if (this.uri !== uri) this.closed();
    this.uri = uri;
    await this.draw();
  }

  follow(editor) {
    if (!this.panel || !editor || !isSpec(editor.document)) return;
    const uri = editor.document.uri.toString();
    if (uri !== this.uri) void this.show(uri);
  }

  async draw() {
    if (!this.panel || !this.uri || !this.panel.visible) return;
    const [panel, uri, number] = [this.panel, this.uri, ++this.asked];
    await this.client.start();
    const experimental = this.client.server && this.client.server.capabilities.experimental;
    if (!experimental || !experimental.cnnc || !experimental.cnnc.preview) {
      this.post({ type: 'message', text: this.client.isReady ? 'This cnnc draws no previews.' : 'cnnc does not run.' });
      return;
    }
    const editor = this.editor();
    const result = await this.client.ask('cnnc/preview', {
      textDocument: { uri },
      position: editor ? convert.fromPosition(editor.selection.active) : undefined,
    });
    // A later picture, or another document's, is on its way.
    if (panel !== this.panel || uri !== this.uri || number !== this.asked) return;
    if (!result) {
      this.boxes.clear();
      this.post({ type: 'message', uri, text: 'Nothing to draw yet: the spec does not build.' });
      return;
    }
    this.boxes = new Map(result.boxes.map((box) => [box.id, box]));
    this.version = result.version;
    panel.title = result.variant ? `${result.title} (${result.variant})` : result.title;
    this.post({
      type: 'show', uri, svg: result.svg, stale: result.stale, highlight: result.highlight || [],
      paths: result.boxes.map(({ id, path }) => [id, path]),
    });
  }

  /** The editor that the drawn document is in; none where it is not visible. */
  editor() {
    return vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === this.uri);
  }

  /** Lights up the boxes of the line that the cursor is in, once it rests. */
  moved(editor) {
    if (!this.panel || !this.panel.visible || editor.document.uri.toString() !== this.uri) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      const [uri, place] = [this.uri, convert.fromPlace(editor.document, editor.selection.active)];
      const result = await this.client.ask('cnnc/previewHighlight', place);
      if (result && uri === this.uri && result.version === this.version) {
        this.post({ type: 'highlight', ids: result.highlight });
      }
    }, cursorDelay);
  }

  async receive(message) {
    if (message.type === 'ready') await this.draw();
    if (message.type !== 'go') return;
    const box = this.boxes.get(message.id);
    if (!box) return;
    const uri = convert.toUri(box.uri);
    const open = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
    const column = open ? open.viewColumn : vscode.ViewColumn.One;
    // Boxes keep their ranges while the text is broken; VS Code cuts a place that is no longer there.
    const { start } = convert.toRange(box.range);
    const editor = await vscode.window.showTextDocument(uri, { viewColumn: column, preserveFocus: false });
    editor.selection = new vscode.Selection(start, start);
    editor.revealRange(convert.toRange(box.range), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  /** Tells the server that nobody looks at a picture any more. */
  closed() {
    clearTimeout(this.timer);
    this.boxes.clear();
    if (!this.uri || !this.client.isReady) return;
    this.client.connection.notify('cnnc/previewClosed', { textDocument: { uri: this.uri } });
  }

  documentClosed(document) {
    if (document.uri.toString() !== this.uri) return;
    this.closed();
    this.uri = null;
    this.post({ type: 'message', text: 'The spec is closed.' });
  }

  post(message) {
    if (this.panel) void this.panel.webview.postMessage(message);
  }

  page(webview) {
    const nonce = crypto.randomBytes(18).toString('base64');
    const file = (name) => webview.asWebviewUri(vscode.Uri.joinPath(this.media, name));
    // Pictures bring styles with them, and nothing else: no scripts but ours, nothing from elsewhere.
    const policy = `default-src 'none'; style-src ${webview.cspSource} 'unsafe-inline'; script-src 'nonce-${nonce}'`;
    return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="${file('preview.css')}">
<title>Network</title>
</head>
<body>
<p id="message" role="status">Drawing …</p>
<div id="picture"></div>
<script nonce="${nonce}" src="${file('picture.js')}"></script>
<script nonce="${nonce}" src="${file('preview.js')}"></script>
</body>
</html>
`;
  }

  dispose() {
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
    if (this.panel) this.panel.dispose();
  }
}

module.exports = { Preview };
