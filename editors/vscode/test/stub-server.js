#!/usr/bin/env node
'use strict';

// A server whose answers are known beforehand. What it is sent it writes to the file that STUB_LOG names, a message a
// line; STUB_MODE has it misbehave.

const fs = require('fs');
const { Framing, framed } = require('../src/rpc');

const mode = process.env.STUB_MODE;
const range = (line, start, end) => ({ start: { line, character: start }, end: { line, character: end } });
const send = (message) => process.stdout.write(framed({ jsonrpc: '2.0', ...message }));
const location = { uri: 'file:///w/blocks.yaml', range: range(2, 2, 8) };

const answers = {
  'textDocument/hover': () => ({ contents: { kind: 'markdown', value: '**conv**' }, range: range(0, 0, 4) }),
  'textDocument/completion': () => ({
    isIncomplete: true,
    itemDefaults: { editRange: range(4, 4, 6), insertTextFormat: 2 },
    items: [{ label: 'conv', kind: 7, textEditText: 'conv: {out: $1}', data: 5 }, { label: 'relu', insertTextFormat: 1 }],
  }),
  'completionItem/resolve': ({ params }) => ({ ...params, documentation: { kind: 'markdown', value: 'A convolution.' } }),
  'textDocument/inlayHint': () => [
    { position: { line: 4, character: 20 }, label: [{ value: '4×6×6', tooltip: 'whole' }], paddingLeft: true },
  ],
  'textDocument/codeLens': () => [
    { range: range(1, 0, 5), command: { title: '112 parameters', command: '' } },
    { range: range(2, 0, 5), command: { title: '3 uses', command: 'cnnc.showUses', arguments: ['u', 'B', [], null] } },
  ],
  'textDocument/definition': () => location,
  'textDocument/references': () => [location],
  'textDocument/documentHighlight': () => [{ range: range(1, 0, 2), kind: 3 }],
  'textDocument/prepareRename': () => ({ range: range(1, 2, 4), placeholder: 'B' }),
  'textDocument/rename': ({ params }) => ({
    documentChanges: [
      { textDocument: { uri: params.textDocument.uri, version: 1 }, edits: [
        { range: range(1, 2, 4), newText: params.newName },
        { range: range(9, 0, 0), newText: 'weights: x', annotationId: 'weights' },
      ] },
    ],
    changeAnnotations: { weights: { label: 'Map the weights', needsConfirmation: true } },
  }),
  'textDocument/documentSymbol': () => [
    { name: 'B', kind: 5, range: range(1, 0, 9), selectionRange: range(1, 2, 4), children: [
      { name: 'conv', kind: 6, range: range(2, 0, 9), selectionRange: range(2, 2, 4) }] },
  ],
  'workspace/symbol': ({ params }) => [{ name: params.query, kind: 5, location }],
  'textDocument/foldingRange': () => [{ startLine: 1, endLine: 3, kind: 'region' }],
  'textDocument/selectionRange': () => [{ range: range(1, 2, 4), parent: { range: range(1, 0, 9) } }],
  'textDocument/documentLink': () => [{ range: range(1, 2, 4), target: 'https://arxiv.org/abs/1512.03385' }],
  'textDocument/formatting': () => [{ range: range(1, 0, 1), newText: '' }],
  'textDocument/codeAction': () => [{ title: 'put flatten before linear', kind: 'quickfix', isPreferred: true, data: 1 }],
  'codeAction/resolve': ({ params }) => ({
    ...params, edit: { documentChanges: [{ textDocument: { uri: 'file:///w/m.yaml', version: 1 }, edits: [] }] },
  }),
  'textDocument/semanticTokens/full': () => ({ data: [0, 0, 4, 0, 0], resultId: 'a' }),
  'textDocument/semanticTokens/range': () => ({ data: [0, 0, 4, 0, 0] }),
  'workspace/executeCommand': ({ params }) => {
    send({ id: 'refresh', method: 'workspace/inlayHint/refresh' });
    return params;
  },
  'cnnc/preview': ({ params }) => ({
    uri: params.textDocument.uri, version: 1, stale: false, title: 'Small', variant: null, svg: '<svg/>',
    boxes: [{ id: 'cnnc-box-1', uri: params.textDocument.uri, range: range(4, 4, 8), path: 'conv1' }], highlight: [],
  }),
  'cnnc/previewHighlight': () => ({ highlight: ['cnnc-box-1'], version: 1 }),
};

const capabilities = {
  positionEncoding: mode === 'utf-8' ? 'utf-8' : 'utf-16',
  textDocumentSync: { openClose: true, change: 2, save: {} },
  hoverProvider: true, definitionProvider: true, referencesProvider: true, documentHighlightProvider: true,
  completionProvider: { triggerCharacters: ['.', '{'], resolveProvider: true }, inlayHintProvider: true,
  codeLensProvider: {}, renameProvider: { prepareProvider: true }, documentSymbolProvider: true,
  workspaceSymbolProvider: true, foldingRangeProvider: true, selectionRangeProvider: true, documentLinkProvider: {},
  documentFormattingProvider: true,
  codeActionProvider: { codeActionKinds: ['quickfix', 'source.fixAll.cnnc'], resolveProvider: true },
  semanticTokensProvider: { legend: { tokenTypes: ['keyword'], tokenModifiers: [] }, full: true, range: true },
  executeCommandProvider: { commands: ['cnnc.pickVariant', 'cnnc.pickUse'] },
  experimental: { cnnc: { preview: mode !== 'no-preview' } },
};

function receive(message) {
  if (process.env.STUB_LOG) fs.appendFileSync(process.env.STUB_LOG, `${JSON.stringify(message)}\n`);
  const { id, method, params } = message;
  if (method === 'initialize') {
    if (mode === 'dies') process.exit(3);
    send({ id, result: { capabilities, serverInfo: { name: 'stub', version: '1' } } });
  } else if (method === 'initialized') {
    send({
      id: 'watch', method: 'client/registerCapability',
      params: { registrations: [{ id: 'w', method: 'workspace/didChangeWatchedFiles', registerOptions: { watchers: [{ globPattern: '**/*.yaml' }] } }] },
    });
    send({ id: 'settings', method: 'workspace/configuration', params: { items: [{ section: 'cnnc' }] } });
    send({ id: 'unknown', method: 'workspace/somethingElse', params: {} });
  } else if (method === 'textDocument/didOpen' || method === 'textDocument/didChange') {
    const { uri, version } = params.textDocument;
    const diagnostics = [{
      range: range(4, 4, 10), severity: 1, source: 'cnnc', code: 'shape.rank', message: 'linear takes a vector',
      codeDescription: { href: 'https://example.org/diagnostics#shape.rank' },
      relatedInformation: [{ location, message: 'made here' }], tags: [1],
    }];
    send({ method: 'textDocument/publishDiagnostics', params: { uri, version: mode === 'late' ? version - 1 : version, diagnostics } });
    if (mode === 'crashes') process.exit(4);
  } else if (method === 'shutdown') {
    send({ id, result: null });
  } else if (method === 'exit') {
    process.exit(0);
  } else if (id !== undefined && method !== undefined) {
    if (mode === 'outdated') send({ id, error: { code: -32801, message: 'content modified' } });
    else if (mode === 'faulty') send({ id, error: { code: -32603, message: `no luck with ${method}` } });
    else if (answers[method]) send({ id, result: answers[method](message) });
    else send({ id, error: { code: -32601, message: method } });
  }
}

const framing = new Framing();
process.stdin.on('data', (chunk) => framing.push(chunk).forEach(receive));
process.stdin.on('end', () => process.exit(1));
