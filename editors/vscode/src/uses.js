'use strict';

const vscode = require('vscode');

/** Asks which use of a block its shapes are to be of, and tells the server. */
async function showUses(client, uri, block, uses, chosen) {
  const mark = (isChosen) => (isChosen ? '$(check) ' : '');
  const isNone = chosen === null || chosen === undefined;
  const items = [
    { label: `${mark(isNone)}all uses`, description: '⋯ where they differ', index: null },
    ...uses.map(({ label, detail, index }) => ({ label: mark(index === chosen) + label, description: detail, index })),
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: `${block}: whose shapes to show`, matchOnDescription: true,
  });
  if (!picked) return;
  await client.ask('workspace/executeCommand', { command: 'cnnc.pickUse', arguments: [uri, block, picked.index] });
}

module.exports = { showUses };
