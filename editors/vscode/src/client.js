'use strict';

// The client's end of a session: the process, the handshake, and the documents, which the server is told of as they
// change. What the server can do is registered by `providers.js`.

const { spawn } = require('child_process');
const os = require('os');
const path = require('path');
const vscode = require('vscode');
const convert = require('./convert');
const { Connection, ErrorCode } = require('./rpc');
const { capabilities } = require('./capabilities');
const { registerProviders } = require('./providers');
const { handleServerRequests } = require('./server-requests');

const selector = ['file', 'untitled'].flatMap((scheme) =>
  ['yaml', 'cnnc'].map((language) => ({ scheme, language })),
);

const crashLimit = 5;
const crashPeriod = 3 * 60 * 1000;

/** Commands of the lenses that are done here, not by the server. */
const clientCommands = ['cnnc.showUses'];

/** Whether the server is for a document, which decides when it is started; it judges for itself afterwards. */
function isSpec(document) {
  if (vscode.languages.match(selector, document) === 0) return false;
  return (
    document.languageId === 'cnnc' ||
    /^["']?cnnc["']?[ \t]*:/m.test(document.getText()) ||
    /[\\/]recipes[\\/][^\\/]*$/.test(document.uri.path)
  );
}

/** The program that the settings name; `~` is the home folder, and a path is relative to the first open folder. */
function program() {
  const name = vscode.workspace.getConfiguration('cnnc').get('path') || 'cnnc';
  if (name === '~' || name.startsWith('~/')) return path.join(os.homedir(), name.slice(1));
  const folder = (vscode.workspace.workspaceFolders || [])[0];
  if (!name.includes('/') || path.isAbsolute(name) || !folder) return name;
  return path.join(folder.uri.fsPath, name);
}

const settings = () => vscode.workspace.getConfiguration().get('cnnc') || {};

class Client {
  /**
   * @param log an output channel
   * @param onState what to do with `{ state, detail }`: `stopped`, `starting`, `ready`, `missing`, `failed`
   */
  constructor(log, onState) {
    this.log = log;
    this.onState = onState;
    this.connection = null;
    this.process = null;
    this.server = null;
    this.crashes = [];
    this.generation = 0;
    this.session = [];
    this.synced = new Set();
    this.diagnostics = vscode.languages.createDiagnosticCollection('cnnc');
    this.listeners = new Map();
    this.isDisposed = false;
  }

  get isReady() {
    return this.server !== null;
  }

  /** Calls `handler` for each notification of a method, whichever session it comes from. */
  onNotification(method, handler) {
    this.listeners.set(method, handler);
    if (this.connection) this.connection.onNotification(method, handler);
  }

  /** Starts the server unless it runs; resolved once it is ready or cannot be. */
  start() {
    if (!this.starting) {
      this.starting = this.launch().catch((error) => {
        if (!this.isDisposed) this.failed(error);
      });
    }
    return this.starting;
  }

  async restart() {
    this.crashes = [];
    await this.stop();
    await this.start();
  }

  async launch() {
    const generation = ++this.generation;
    const command = program();
    this.state('starting', command);
    const folder = (vscode.workspace.workspaceFolders || [])[0];
    const child = spawn(command, ['lsp'], { cwd: folder && folder.uri.fsPath, stdio: ['pipe', 'pipe', 'pipe'] });
    this.process = child;
    child.stderr.on('data', (text) => this.log.append(String(text)));
    const spawned = new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.once('exit', (code, signal) => this.ended(generation, signal || `exit status ${code}`));
    const connection = new Connection(child.stdout, child.stdin, (error) => {
      this.log.appendLine(`${error.message}`);
      child.kill();
    });
    this.connection = connection;
    await spawned;
    handleServerRequests(this, connection);
    for (const [method, handler] of this.listeners) connection.onNotification(method, handler);
    const result = await connection.request('initialize', this.initialization(folder));
    if (generation !== this.generation) return;
    const { positionEncoding = 'utf-16' } = result.capabilities;
    if (positionEncoding !== 'utf-16') throw new Error(`the server counts in ${positionEncoding}, which was not offered`);
    connection.notify('initialized', {});
    this.server = { capabilities: result.capabilities, info: result.serverInfo || {} };
    this.synchronize();
    this.session.push(...registerProviders(this, selector));
    this.registerCommands();
    this.state('ready', [this.server.info.name, this.server.info.version].filter(Boolean).join(' '));
  }

  initialization(folder) {
    const folders = vscode.workspace.workspaceFolders || [];
    return {
      processId: process.pid,
      clientInfo: { name: 'Visual Studio Code', version: vscode.version },
      locale: vscode.env.language,
      rootUri: folder ? folder.uri.toString() : null,
      workspaceFolders: folders.map(({ uri, name }) => ({ uri: uri.toString(), name })),
      capabilities,
      initializationOptions: { cnnc: settings(), clientCommands },
    };
  }

  // MARK: Documents

  synchronize() {
    const { workspace } = vscode;
    this.session.push(
      workspace.onDidOpenTextDocument((document) => this.open(document)),
      workspace.onDidCloseTextDocument((document) => this.close(document)),
      workspace.onDidChangeTextDocument((event) => this.change(event)),
      workspace.onDidSaveTextDocument((document) => this.save(document)),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('cnnc')) {
          this.connection.notify('workspace/didChangeConfiguration', { settings: { cnnc: settings() } });
        }
      }),
    );
    for (const document of workspace.textDocuments) this.open(document);
  }

  open(document) {
    const uri = document.uri.toString();
    if (this.synced.has(uri) || vscode.languages.match(selector, document) === 0) return;
    this.synced.add(uri);
    this.connection.notify('textDocument/didOpen', {
      textDocument: { uri, languageId: document.languageId, version: document.version, text: document.getText() },
    });
  }

  close(document) {
    const uri = document.uri.toString();
    if (!this.synced.delete(uri)) return;
    this.connection.notify('textDocument/didClose', { textDocument: { uri } });
    this.diagnostics.delete(document.uri);
  }

  change({ document, contentChanges }) {
    if (contentChanges.length === 0 || !this.synced.has(document.uri.toString())) return;
    this.connection.notify('textDocument/didChange', {
      textDocument: { uri: document.uri.toString(), version: document.version },
      contentChanges: contentChanges.map(({ range, rangeLength, text }) => ({
        range: convert.fromRange(range), rangeLength, text,
      })),
    });
  }

  save(document) {
    if (!this.synced.has(document.uri.toString())) return;
    this.connection.notify('textDocument/didSave', { textDocument: convert.fromDocument(document) });
  }

  // MARK: Requests

  /** A result of the server, undefined where there is none or it is out of date; `convertResult` makes it VS Code's. */
  async ask(method, params, token, convertResult = (value) => value) {
    if (!this.isReady) return undefined;
    try {
      const result = await this.connection.request(method, params, token);
      if (result === null || result === undefined || (token && token.isCancellationRequested)) return undefined;
      return convertResult(result);
    } catch (error) {
      if (error.isOutdated || error.code === ErrorCode.closed) return undefined;
      this.log.appendLine(`${method}: ${error.message}`);
      // What a user has asked for by name is told; VS Code shows it for renames and commands.
      if (['workspace/executeCommand', 'textDocument/rename', 'textDocument/prepareRename'].includes(method)) throw error;
      return undefined;
    }
  }

  registerCommands() {
    const provider = this.server.capabilities.executeCommandProvider;
    for (const command of (provider && provider.commands) || []) {
      this.session.push(
        vscode.commands.registerCommand(command, (...words) =>
          this.ask('workspace/executeCommand', { command, arguments: words }),
        ),
      );
    }
  }

  // MARK: The end

  ended(generation, reason) {
    if (generation !== this.generation || this.isDisposed) return;
    this.clear();
    const now = Date.now();
    this.crashes = [...this.crashes.filter((time) => now - time < crashPeriod), now];
    this.log.appendLine(`the server ended: ${reason}`);
    if (this.crashes.length > crashLimit) {
      this.state('failed', reason);
      void this.offer(`cnnc has ended ${this.crashes.length} times and is not started again (${reason}).`, 'Restart', 'Show Log');
      return;
    }
    setTimeout(() => {
      if (!this.isDisposed && generation === this.generation) void this.start();
    }, 100 * 2 ** (this.crashes.length - 1));
  }

  failed(error) {
    this.generation++;
    if (this.process) this.process.kill();
    this.clear();
    this.log.appendLine(error.message);
    if (error.code === 'ENOENT' || error.code === 'EACCES') {
      this.state('missing', program());
      void this.offer(`cnnc cannot be run as '${program()}'. Put it on the PATH, or say where it is in cnnc.path.`, 'Settings');
    } else {
      this.state('failed', error.message);
      void this.offer(`cnnc does not answer: ${error.message}`, 'Restart', 'Show Log');
    }
  }

  async offer(message, ...choices) {
    const choice = await vscode.window.showErrorMessage(message, ...choices);
    if (choice === 'Restart') await this.restart();
    else if (choice === 'Show Log') this.log.show();
    else if (choice === 'Settings') await vscode.commands.executeCommand('workbench.action.openSettings', 'cnnc.path');
  }

  state(state, detail) {
    this.onState({ state, detail });
  }

  /** Takes away what belongs to the session. */
  clear() {
    if (this.connection) this.connection.close();
    this.connection = null;
    this.server = null;
    this.starting = undefined;
    this.process = null;
    this.synced.clear();
    for (const part of this.session.splice(0)) part.dispose();
    this.diagnostics.clear();
  }

  /** Ends the session in the order of the protocol; a server that does not end within a second is ended. */
  async stop() {
    const { process: child, connection, server } = this;
    this.generation++;
    if (child && connection && server) {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      const late = new Promise((resolve) => setTimeout(resolve, 1000).unref());
      try {
        await Promise.race([connection.request('shutdown', undefined), late]);
        connection.notify('exit', undefined);
        await Promise.race([exited, late]);
      } catch {
        // It has ended already.
      }
    }
    if (child && child.exitCode === null) child.kill();
    this.clear();
    this.state('stopped', '');
  }

  async dispose() {
    this.isDisposed = true;
    await this.stop();
    this.diagnostics.dispose();
  }
}

module.exports = { Client, isSpec, selector };
