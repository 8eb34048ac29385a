'use strict';

// Registers with VS Code what the server announces.

const vscode = require('vscode');
const convert = require('./convert');

/** The registrations for a session, to be disposed of with it. */
function registerProviders(client, selector) {
  const { languages } = vscode;
  const able = client.server.capabilities;
  const result = [];
  const add = (...parts) => result.push(...parts);

  const refreshes = {};
  for (const name of ['inlayHint', 'codeLens', 'semanticTokens']) {
    refreshes[name] = new vscode.EventEmitter();
    add(refreshes[name]);
  }
  client.refreshes = refreshes;

  /** Asks for what concerns a whole document. */
  const ofDocument = (method, convertResult) => (document, token) =>
    client.ask(method, { textDocument: convert.fromDocument(document) }, token, convertResult);
  /** Asks for what concerns a place. */
  const atPlace = (method, convertResult) => (document, position, token) =>
    client.ask(method, convert.fromPlace(document, position), token, convertResult);
  const listOf = (convertItem) => (items) => items.map(convertItem);
  /** A resolver of items that the server knows more of, where it offers that. */
  const resolving = (provider, method, take) =>
    provider && provider.resolveProvider
      ? (item, token) =>
          client.ask(method, item.fromServer, token, (value) => {
            take(item, value);
            return item;
          })
      : undefined;

  if (able.hoverProvider) {
    add(languages.registerHoverProvider(selector, { provideHover: atPlace('textDocument/hover', convert.toHover) }));
  }
  if (able.completionProvider) {
    add(
      languages.registerCompletionItemProvider(
        selector,
        {
          provideCompletionItems: (document, position, token, context) =>
            client.ask(
              'textDocument/completion',
              {
                ...convert.fromPlace(document, position),
                // Kinds of triggers begin with 1 in the protocol, with 0 in VS Code.
                context: { triggerKind: context.triggerKind + 1, triggerCharacter: context.triggerCharacter },
              },
              token, convert.toCompletionList),
          resolveCompletionItem: resolving(able.completionProvider, 'completionItem/resolve', (item, value) => {
            const resolved = convert.toCompletionItem(value);
            for (const key of ['documentation', 'detail', 'additionalTextEdits']) {
              if (resolved[key] !== undefined) item[key] = resolved[key];
            }
          }),
        },
        ...(able.completionProvider.triggerCharacters || [])),
    );
  }
  if (able.inlayHintProvider) {
    add(
      languages.registerInlayHintsProvider(selector, {
        onDidChangeInlayHints: refreshes.inlayHint.event,
        provideInlayHints: (document, range, token) =>
          client.ask(
            'textDocument/inlayHint',
            { textDocument: convert.fromDocument(document), range: convert.fromRange(range) },
            token, listOf(convert.toInlayHint)),
        resolveInlayHint: resolving(able.inlayHintProvider, 'inlayHint/resolve', (hint, value) =>
          Object.assign(hint, convert.toInlayHint(value))),
      }),
    );
  }
  if (able.codeLensProvider) {
    add(
      languages.registerCodeLensProvider(selector, {
        onDidChangeCodeLenses: refreshes.codeLens.event,
        provideCodeLenses: ofDocument('textDocument/codeLens', listOf(convert.toCodeLens)),
        resolveCodeLens: resolving(able.codeLensProvider, 'codeLens/resolve', (lens, value) => {
          lens.command = convert.toCommand(value.command);
        }),
      }),
    );
  }
  if (able.definitionProvider) {
    add(
      languages.registerDefinitionProvider(selector, {
        provideDefinition: atPlace('textDocument/definition', convert.toDefinition),
      }),
    );
  }
  if (able.referencesProvider) {
    add(
      languages.registerReferenceProvider(selector, {
        provideReferences: (document, position, context, token) =>
          client.ask(
            'textDocument/references',
            { ...convert.fromPlace(document, position), context: { includeDeclaration: context.includeDeclaration } },
            token, listOf(convert.toLocation)),
      }),
    );
  }
  if (able.documentHighlightProvider) {
    const toHighlight = ({ range, kind = 1 }) => new vscode.DocumentHighlight(convert.toRange(range), kind - 1);
    add(
      languages.registerDocumentHighlightProvider(selector, {
        provideDocumentHighlights: atPlace('textDocument/documentHighlight', listOf(toHighlight)),
      }),
    );
  }
  if (able.renameProvider) add(languages.registerRenameProvider(selector, renameProvider(client, able.renameProvider)));
  if (able.documentSymbolProvider) {
    add(
      languages.registerDocumentSymbolProvider(selector, {
        provideDocumentSymbols: ofDocument('textDocument/documentSymbol', listOf(convert.toSymbol)),
      }),
    );
  }
  if (able.workspaceSymbolProvider) {
    add(
      languages.registerWorkspaceSymbolProvider({
        provideWorkspaceSymbols: (query, token) =>
          client.ask('workspace/symbol', { query }, token, listOf(convert.toSymbol)),
      }),
    );
  }
  if (able.foldingRangeProvider) {
    add(
      languages.registerFoldingRangeProvider(selector, {
        provideFoldingRanges: (document, context, token) =>
          client.ask(
            'textDocument/foldingRange', { textDocument: convert.fromDocument(document) }, token,
            listOf(convert.toFoldingRange)),
      }),
    );
  }
  if (able.selectionRangeProvider) {
    add(
      languages.registerSelectionRangeProvider(selector, {
        provideSelectionRanges: (document, positions, token) =>
          client.ask(
            'textDocument/selectionRange',
            { textDocument: convert.fromDocument(document), positions: positions.map(convert.fromPosition) },
            token, listOf(convert.toSelectionRange)),
      }),
    );
  }
  if (able.documentLinkProvider) {
    add(
      languages.registerDocumentLinkProvider(selector, {
        provideDocumentLinks: ofDocument('textDocument/documentLink', listOf(convert.toDocumentLink)),
        resolveDocumentLink: resolving(able.documentLinkProvider, 'documentLink/resolve', (link, value) => {
          link.target = value.target && convert.toUri(value.target);
        }),
      }),
    );
  }
  if (able.documentFormattingProvider) {
    add(
      languages.registerDocumentFormattingEditProvider(selector, {
        provideDocumentFormattingEdits: (document, options, token) =>
          client.ask(
            'textDocument/formatting',
            {
              textDocument: convert.fromDocument(document),
              options: { tabSize: options.tabSize, insertSpaces: options.insertSpaces },
            },
            token, listOf(convert.toTextEdit)),
      }),
    );
  }
  if (able.codeActionProvider) add(codeActions(client, selector, able.codeActionProvider));
  if (able.semanticTokensProvider) add(...semanticTokens(client, selector, able.semanticTokensProvider, refreshes));
  return result;
}

function renameProvider(client, able) {
  return {
    provideRenameEdits: (document, position, newName, token) =>
      client.ask(
        'textDocument/rename', { ...convert.fromPlace(document, position), newName }, token, convert.toWorkspaceEdit),
    prepareRename: able.prepareProvider
      ? async (document, position, token) => {
          const found = await client.ask('textDocument/prepareRename', convert.fromPlace(document, position), token);
          if (token && token.isCancellationRequested) return undefined;
          if (found === undefined) throw new Error('nothing here has a name that can be changed');
          if (found.defaultBehavior) return document.getWordRangeAtPosition(position);
          if (found.start) return convert.toRange(found);
          return { range: convert.toRange(found.range), placeholder: found.placeholder };
        }
      : undefined,
  };
}

function codeActions(client, selector, able) {
  const kinds = (able.codeActionKinds || []).map((kind) => vscode.CodeActionKind.Empty.append(kind));
  return vscode.languages.registerCodeActionsProvider(
    selector,
    {
      provideCodeActions: (document, range, context, token) =>
        client.ask(
          'textDocument/codeAction',
          {
            textDocument: convert.fromDocument(document),
            range: convert.fromRange(range),
            context: {
              diagnostics: context.diagnostics.filter((found) => found.fromServer).map(convert.fromDiagnostic),
              only: context.only ? [context.only.value] : undefined,
              triggerKind: context.triggerKind,
            },
          },
          token,
          // A change that was made for another text must not be made to this one.
          (actions) => actions.filter(({ edit }) => !edit || convert.isCurrent(edit)).map(convert.toCodeAction)),
      resolveCodeAction: able.resolveProvider
        ? (action, token) =>
            client.ask('codeAction/resolve', action.fromServer, token, (value) => {
              if (value.edit && convert.isCurrent(value.edit)) action.edit = convert.toWorkspaceEdit(value.edit);
              if (value.command) action.command = convert.toCommand(value.command);
              return action;
            })
        : undefined,
    },
    { providedCodeActionKinds: kinds },
  );
}

function semanticTokens(client, selector, able, refreshes) {
  const legend = new vscode.SemanticTokensLegend(able.legend.tokenTypes, able.legend.tokenModifiers);
  const toTokens = ({ data, resultId }) => new vscode.SemanticTokens(new Uint32Array(data), resultId);
  const result = [];
  if (able.full) {
    result.push(
      vscode.languages.registerDocumentSemanticTokensProvider(
        selector,
        {
          onDidChangeSemanticTokens: refreshes.semanticTokens.event,
          provideDocumentSemanticTokens: (document, token) =>
            client.ask(
              'textDocument/semanticTokens/full', { textDocument: convert.fromDocument(document) }, token, toTokens),
        },
        legend),
    );
  }
  if (able.range) {
    result.push(
      vscode.languages.registerDocumentRangeSemanticTokensProvider(
        selector,
        {
          provideDocumentRangeSemanticTokens: (document, range, token) =>
            client.ask(
              'textDocument/semanticTokens/range',
              { textDocument: convert.fromDocument(document), range: convert.fromRange(range) },
              token, toTokens),
        },
        legend),
    );
  }
  return result;
}

module.exports = { registerProviders };
