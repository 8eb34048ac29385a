'use strict';

const vscode = require('vscode');

/** The entry beside the language's name in the status bar, which says how the server is. */
function createStatus(selector) {
  const item = vscode.languages.createLanguageStatusItem('cnnc.status', selector);
  item.name = 'cnnc';
  const restart = { title: 'Restart', command: 'cnnc.restartServer' };
  const log = { title: 'Show Log', command: 'cnnc.showLog' };
  const { Error, Information } = vscode.LanguageStatusSeverity;
  const shown = {
    starting: (detail) => ({ text: 'cnnc: starting', detail, busy: true, severity: Information }),
    ready: (detail) => ({ text: detail || 'cnnc', detail: 'checks as you type', severity: Information, command: log }),
    stopped: () => ({ text: 'cnnc: stopped', severity: Information, command: restart }),
    missing: (detail) => ({
      text: 'cnnc: not found',
      detail: `'${detail}' cannot be run`,
      severity: Error,
      command: { title: 'Settings', command: 'workbench.action.openSettings', arguments: ['cnnc.path'] },
    }),
    failed: (detail) => ({ text: 'cnnc: failed', detail, severity: Error, command: restart }),
  };
  return {
    show({ state, detail }) {
      Object.assign(item, { busy: false, detail: undefined, command: undefined }, shown[state](detail));
    },
    dispose: () => item.dispose(),
  };
}

module.exports = { createStatus };
