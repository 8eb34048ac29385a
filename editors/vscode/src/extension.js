'use strict';

const vscode = require('vscode');
const { Client, isSpec, selector } = require('./client');
const { Preview } = require('./preview');
const { createStatus } = require('./status');
const { showUses } = require('./uses');

let client;

/** Called by VS Code once a YAML file is opened. */
function activate(context) {
  const log = vscode.window.createOutputChannel('cnnc');
  const status = createStatus(selector);
  client = new Client(log, (state) => status.show(state));
  const preview = new Preview(context.extensionUri, client);

  // The process is there as soon as there is something for it to look at: not for everybody's YAML.
  const startFor = (document) => {
    if (!client.starting && isSpec(document)) void client.start();
  };
  const register = (name, action) => vscode.commands.registerCommand(name, action);
  // What the menus go by.
  const mark = () => {
    const editor = vscode.window.activeTextEditor;
    void vscode.commands.executeCommand('setContext', 'cnnc.isSpec', Boolean(editor && isSpec(editor.document)));
  };
  context.subscriptions.push(
    log, status, preview,
    vscode.window.onDidChangeActiveTextEditor(mark),
    vscode.workspace.onDidOpenTextDocument(startFor),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (client.starting) return;
      startFor(document);
      mark();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('cnnc.path') && client.starting) void client.restart();
    }),
    register('cnnc.showPreview', () => preview.open(vscode.window.activeTextEditor)),
    register('cnnc.restartServer', () => client.restart()),
    register('cnnc.showLog', () => log.show()),
    register('cnnc.toggleInlayHints', () => toggle('inlayHints.enabled')),
    register('cnnc.showUses', (...words) => showUses(client, ...words)),
    vscode.window.registerWebviewPanelSerializer(Preview.viewType, preview),
  );
  vscode.workspace.textDocuments.forEach(startFor);
  mark();
  return { client, preview };
}

/** Turns a setting round, where it is said or for the user. */
async function toggle(name) {
  const settings = vscode.workspace.getConfiguration('cnnc');
  const said = settings.inspect(name);
  const target =
    said && said.workspaceValue !== undefined ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await settings.update(name, !settings.get(name), target);
}

/** Called by VS Code before it ends; it waits for the promise. */
function deactivate() {
  return client && client.dispose();
}

module.exports = { activate, deactivate };
