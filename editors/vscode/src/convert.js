'use strict';

// Values of the protocol as values of VS Code, and back. Both count lines and UTF-16 units from 0.

const vscode = require('vscode');

const toPosition = ({ line, character }) => new vscode.Position(line, character);
const toRange = ({ start, end }) => new vscode.Range(toPosition(start), toPosition(end));
const toUri = (text) => vscode.Uri.parse(text, true);
const toLocation = ({ uri, range }) => new vscode.Location(toUri(uri), toRange(range));

const fromPosition = ({ line, character }) => ({ line, character });
const fromRange = ({ start, end }) => ({ start: fromPosition(start), end: fromPosition(end) });
const fromDocument = (document) => ({ uri: document.uri.toString() });
const fromPlace = (document, position) => ({
  textDocument: fromDocument(document),
  position: fromPosition(position),
});

/** Text or Markdown; links in it may not run commands. */
function toMarkdown(content) {
  if (Array.isArray(content)) return content.map(toMarkdown);
  if (typeof content === 'string') return new vscode.MarkdownString(content);
  if (content.language !== undefined) return new vscode.MarkdownString().appendCodeblock(content.value, content.language);
  if (content.kind === 'plaintext') return new vscode.MarkdownString().appendText(content.value);
  return new vscode.MarkdownString(content.value);
}

const toTooltip = (content) =>
  content === undefined || content === null ? undefined : typeof content === 'string' ? content : toMarkdown(content);

function toHover(hover) {
  const contents = toMarkdown(hover.contents);
  return new vscode.Hover(contents, hover.range && toRange(hover.range));
}

/** A command; one without a name is shown as text. */
const toCommand = (command) =>
  command && { title: command.title, command: command.command, tooltip: command.tooltip, arguments: command.arguments };

const severities = [undefined, 'Error', 'Warning', 'Information', 'Hint'];

function toDiagnostic(value) {
  const severity = vscode.DiagnosticSeverity[severities[value.severity] || 'Error'];
  const result = new vscode.Diagnostic(toRange(value.range), value.message, severity);
  result.source = value.source;
  result.code =
    value.codeDescription && value.code !== undefined
      ? { value: value.code, target: toUri(value.codeDescription.href) }
      : value.code;
  result.relatedInformation = (value.relatedInformation || []).map(
    ({ location, message }) => new vscode.DiagnosticRelatedInformation(toLocation(location), message),
  );
  // The tags have the same numbers on both sides.
  result.tags = value.tags;
  // VS Code gives the finding back with requests for its fixes; what the server said of it goes along.
  result.fromServer = value;
  return result;
}

const fromDiagnostic = (diagnostic) =>
  diagnostic.fromServer || {
    range: fromRange(diagnostic.range),
    message: diagnostic.message,
    severity: diagnostic.severity + 1,
    source: diagnostic.source,
    code: diagnostic.code && diagnostic.code.value !== undefined ? diagnostic.code.value : diagnostic.code,
  };

const toTextEdit = (edit) => new vscode.TextEdit(toRange(edit.range), edit.newText);

/** Whether the documents that an edit is for are still what they were when it was made. */
function isCurrent(edit) {
  return (edit.documentChanges || []).every(({ textDocument }) => {
    if (!textDocument || textDocument.version === null || textDocument.version === undefined) return true;
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === textDocument.uri);
    return !open || open.version === textDocument.version;
  });
}

/** Edits of a document, those of an annotation with what the user is told, or asked, of them. */
function toEdits(edits, annotations = {}) {
  return edits.map((edit) => {
    const annotation = annotations[edit.annotationId];
    return annotation
      ? [
          toTextEdit(edit),
          {
            label: annotation.label, description: annotation.description,
            needsConfirmation: Boolean(annotation.needsConfirmation),
          },
        ]
      : toTextEdit(edit);
  });
}

function toWorkspaceEdit(edit) {
  if (!edit) return undefined;
  const result = new vscode.WorkspaceEdit();
  for (const change of edit.documentChanges || []) {
    if (change.kind === 'create') result.createFile(toUri(change.uri), change.options);
    else if (change.kind === 'rename') result.renameFile(toUri(change.oldUri), toUri(change.newUri), change.options);
    else if (change.kind === 'delete') result.deleteFile(toUri(change.uri), change.options);
    else result.set(toUri(change.textDocument.uri), toEdits(change.edits, edit.changeAnnotations));
  }
  if (!edit.documentChanges) {
    for (const [uri, edits] of Object.entries(edit.changes || {})) result.set(toUri(uri), toEdits(edits, edit.changeAnnotations));
  }
  return result;
}

function toCompletionItem(value, defaults = {}) {
  const label = value.labelDetails
    ? { label: value.label, detail: value.labelDetails.detail, description: value.labelDetails.description }
    : value.label;
  // The protocol's kinds begin with 1, VS Code's with 0.
  const item = new vscode.CompletionItem(label, value.kind === undefined ? undefined : value.kind - 1);
  item.detail = value.detail;
  item.documentation = toTooltip(value.documentation);
  item.sortText = value.sortText;
  item.filterText = value.filterText;
  item.preselect = value.preselect;
  item.tags = value.tags;
  item.commitCharacters = value.commitCharacters || defaults.commitCharacters;
  const format = value.insertTextFormat || defaults.insertTextFormat;
  const edit = value.textEdit;
  const text = edit ? edit.newText : value.textEditText || value.insertText || value.label;
  item.insertText = format === 2 ? new vscode.SnippetString(text) : text;
  const range = edit ? edit.range || { inserting: edit.insert, replacing: edit.replace } : defaults.editRange;
  if (range) {
    item.range = range.start
      ? toRange(range)
      : {
          inserting: toRange(range.inserting || range.insert),
          replacing: toRange(range.replacing || range.replace),
        };
  }
  if ((value.insertTextMode || defaults.insertTextMode) === 1) item.keepWhitespace = true;
  if (value.additionalTextEdits) item.additionalTextEdits = value.additionalTextEdits.map(toTextEdit);
  if (value.command) item.command = toCommand(value.command);
  item.fromServer = value;
  return item;
}

function toCompletionList(result) {
  if (!result) return undefined;
  const list = Array.isArray(result) ? { items: result, isIncomplete: false } : result;
  const items = list.items.map((item) => toCompletionItem(item, list.itemDefaults));
  return new vscode.CompletionList(items, list.isIncomplete);
}

function toInlayHint(value) {
  const label =
    typeof value.label === 'string'
      ? value.label
      : value.label.map((part) => {
          const result = new vscode.InlayHintLabelPart(part.value);
          result.tooltip = toTooltip(part.tooltip);
          if (part.location) result.location = toLocation(part.location);
          if (part.command) result.command = toCommand(part.command);
          return result;
        });
  const hint = new vscode.InlayHint(toPosition(value.position), label, value.kind);
  hint.paddingLeft = value.paddingLeft;
  hint.paddingRight = value.paddingRight;
  hint.tooltip = toTooltip(value.tooltip);
  if (value.textEdits) hint.textEdits = value.textEdits.map(toTextEdit);
  hint.fromServer = value;
  return hint;
}

function toCodeLens(value) {
  const lens = new vscode.CodeLens(toRange(value.range), toCommand(value.command));
  lens.fromServer = value;
  return lens;
}

function toDefinition(result) {
  if (!result) return undefined;
  return (Array.isArray(result) ? result : [result]).map((place) =>
    place.targetUri === undefined
      ? toLocation(place)
      : {
          originSelectionRange: place.originSelectionRange && toRange(place.originSelectionRange),
          targetUri: toUri(place.targetUri),
          targetRange: toRange(place.targetRange),
          targetSelectionRange: toRange(place.targetSelectionRange),
        },
  );
}

function toSymbol(value) {
  if (value.location) {
    return new vscode.SymbolInformation(value.name, value.kind - 1, value.containerName || '', toLocation(value.location));
  }
  const symbol = new vscode.DocumentSymbol(
    value.name, value.detail || '', value.kind - 1, toRange(value.range), toRange(value.selectionRange));
  symbol.tags = value.tags;
  symbol.children = (value.children || []).map(toSymbol);
  return symbol;
}

function toSelectionRange(value) {
  return new vscode.SelectionRange(toRange(value.range), value.parent && toSelectionRange(value.parent));
}

function toDocumentLink(value) {
  const link = new vscode.DocumentLink(toRange(value.range), value.target && toUri(value.target));
  link.tooltip = value.tooltip;
  link.fromServer = value;
  return link;
}

function toFoldingRange(value) {
  const kinds = { comment: 'Comment', imports: 'Imports', region: 'Region' };
  return new vscode.FoldingRange(value.startLine, value.endLine, vscode.FoldingRangeKind[kinds[value.kind]]);
}

function toCodeAction(value) {
  // A bare command.
  if (typeof value.command === 'string') return toCommand(value);
  const kind = value.kind && vscode.CodeActionKind.Empty.append(value.kind);
  const action = new vscode.CodeAction(value.title, kind);
  action.diagnostics = value.diagnostics && value.diagnostics.map(toDiagnostic);
  action.edit = toWorkspaceEdit(value.edit);
  action.command = toCommand(value.command);
  action.isPreferred = value.isPreferred;
  action.disabled = value.disabled;
  action.fromServer = value;
  return action;
}

module.exports = {
  fromDiagnostic, fromDocument, fromPlace, fromPosition, fromRange, isCurrent, toCodeAction, toCodeLens, toCommand,
  toCompletionItem, toCompletionList, toDefinition, toDiagnostic, toDocumentLink, toFoldingRange, toHover, toInlayHint,
  toLocation, toPosition, toRange, toSelectionRange, toSymbol, toTextEdit, toUri, toWorkspaceEdit,
};
