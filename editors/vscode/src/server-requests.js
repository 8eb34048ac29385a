'use strict';

// What the server asks of the client, and tells it.

const vscode = require('vscode');
const convert = require('./convert');

const levels = ['', 'error', 'warning', 'info', 'log', 'debug'];

function handleServerRequests(client, connection) {
  const registrations = new Map();
  const refresh = (name) => () => {
    const provider = client.refreshes && client.refreshes[name];
    if (provider) provider.fire();
    return null;
  };

  connection.onRequest('workspace/configuration', ({ items }) =>
    items.map(({ section, scopeUri }) => {
      const scope = scopeUri ? convert.toUri(scopeUri) : undefined;
      const value = vscode.workspace.getConfiguration(undefined, scope).get(section || 'cnnc');
      return value === undefined ? null : value;
    }),
  );
  connection.onRequest('workspace/workspaceFolders', () =>
    (vscode.workspace.workspaceFolders || []).map(({ uri, name }) => ({ uri: uri.toString(), name })),
  );
  connection.onRequest('workspace/inlayHint/refresh', refresh('inlayHint'));
  connection.onRequest('workspace/codeLens/refresh', refresh('codeLens'));
  connection.onRequest('workspace/semanticTokens/refresh', refresh('semanticTokens'));
  connection.onRequest('workspace/applyEdit', async ({ edit }) => {
    if (!convert.isCurrent(edit)) return { applied: false, failureReason: 'the text has changed' };
    return { applied: await vscode.workspace.applyEdit(convert.toWorkspaceEdit(edit)) };
  });
  connection.onRequest('client/registerCapability', (params) => {
    for (const { id, method, registerOptions } of params.registrations) {
      if (method === 'workspace/didChangeWatchedFiles') {
        registrations.set(id, watchers(connection, registerOptions));
        client.session.push({ dispose: () => unregister(id) });
      }
    }
  });
  connection.onRequest('client/unregisterCapability', (params) => {
    // The protocol has the word misspelled.
    for (const { id } of params.unregisterations || params.unregistrations || []) unregister(id);
  });
  connection.onRequest('window/showMessageRequest', async ({ type, message, actions = [] }) => {
    const title = await shown(type)(message, ...actions.map((action) => action.title));
    return actions.find((action) => action.title === title) || null;
  });
  connection.onRequest('window/showDocument', async ({ uri, external, selection, takeFocus }) => {
    const target = convert.toUri(uri);
    if (external) return { success: await vscode.env.openExternal(target) };
    await vscode.window.showTextDocument(target, {
      preserveFocus: takeFocus === false, selection: selection && convert.toRange(selection),
    });
    return { success: true };
  });

  connection.onNotification('textDocument/publishDiagnostics', ({ uri, version, diagnostics }) => {
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri);
    // Findings for an earlier text would stand at the wrong places, and those for this one are on the way; findings for a
    // document that has been closed are nobody's.
    if (typeof version === 'number' && !(client.synced.has(uri) && open && version === open.version)) return;
    client.diagnostics.set(convert.toUri(uri), diagnostics.map(convert.toDiagnostic));
  });
  connection.onNotification('window/logMessage', ({ type, message }) => {
    client.log.appendLine(`${levels[type] || 'log'}: ${message}`);
  });
  connection.onNotification('window/showMessage', ({ type, message }) => void shown(type)(message));

  function unregister(id) {
    for (const watcher of registrations.get(id) || []) watcher.dispose();
    registrations.delete(id);
  }
}

const shown = (type) =>
  type === 1
    ? vscode.window.showErrorMessage
    : type === 2
      ? vscode.window.showWarningMessage
      : vscode.window.showInformationMessage;

/** Tells the server of files that come, change and go. */
function watchers(connection, { watchers: wanted }) {
  const tell = (type) => (uri) =>
    connection.notify('workspace/didChangeWatchedFiles', { changes: [{ uri: uri.toString(), type }] });
  return wanted.flatMap(({ globPattern, kind = 7 }) => {
    if (typeof globPattern !== 'string') return [];
    const watcher = vscode.workspace.createFileSystemWatcher(
      globPattern, (kind & 1) === 0, (kind & 2) === 0, (kind & 4) === 0);
    watcher.onDidCreate(tell(1));
    watcher.onDidChange(tell(2));
    watcher.onDidDelete(tell(3));
    return [watcher];
  });
}

module.exports = { handleServerRequests };
