'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');

const read = (name) => JSON.parse(fs.readFileSync(path.join(__dirname, '../syntaxes', name), 'utf8'));
const grammar = read('cnnc.tmLanguage.json');

/** The rules of a list in their order, inclusions resolved. */
function rules(patterns) {
  return patterns.flatMap((pattern) => {
    const rule = pattern.include ? grammar.repository[pattern.include.slice(1)] : pattern;
    return rule.patterns && !rule.begin ? rules(rule.patterns) : [rule];
  });
}

/** The pieces of a line with their scopes: the earliest match, of those the first rule's, as editors take it. */
function tokens(line) {
  const known = rules(grammar.patterns);
  const result = [];
  const add = (text, name) => text.trim() && name && result.push([text.trim(), name.replace(/\.cnnc$/, '')]);
  for (let offset = 0; offset < line.length; ) {
    let best;
    for (const rule of known) {
      const pattern = new RegExp(rule.match || `${rule.begin}[^"']*${rule.end}`, 'dg');
      pattern.lastIndex = offset;
      const match = pattern.exec(line);
      if (match && (!best || match.index < best.match.index)) best = { rule, match };
    }
    if (!best) break;
    const { rule, match } = best;
    assert.ok(match[0].length > 0, `a rule that takes nothing: ${rule.match}`);
    if (rule.captures && !rule.name) {
      for (const [index, { name }] of Object.entries(rule.captures)) add(match[index] || '', name);
    } else {
      add(match[0], rule.name);
    }
    offset = match.index + match[0].length;
  }
  return result;
}

/** The scopes of some pieces of a line. */
const scopes = (line, ...pieces) => pieces.map((piece) => (tokens(line).find(([text]) => text === piece) || [])[1]);

test('expressions are coloured within YAML', () => {
  const line = '  - {MBConv: {out: ch(out), stride: 2 if first else 1}, repeat: times(n)}   # features.1.0';
  assert.deepEqual(
    scopes(line, '-', 'MBConv', 'ch', 'if', 'first', 'else', '2', 'repeat', '# features.1.0'),
    [
      'punctuation.definition.block.sequence.item', 'entity.name.type.class', 'support.function',
      'keyword.control.conditional', 'variable.language', 'keyword.control.conditional', 'constant.numeric',
      'entity.name.tag', 'comment.line.number-sign',
    ]);
  assert.deepEqual(
    scopes('      - {when: expand != 1 and not prev.c // 4 < 1e-5, relu}', '!=', 'and', 'not', 'prev', '//', '<', '1e-5', 'expand'),
    [
      'keyword.operator.arithmetic', 'keyword.operator.logical', 'keyword.operator.logical', 'variable.language',
      'keyword.operator.arithmetic', 'keyword.operator.arithmetic', 'constant.numeric', 'variable.other',
    ]);
});

test('declarations are told from values', () => {
  assert.deepEqual(
    scopes('params: {mid: int, stride: int = 1}', 'params', 'mid', 'int', '=', '1'),
    ['keyword.other.section', 'variable.parameter', 'storage.type', 'keyword.operator.arithmetic', 'constant.numeric']);
  assert.deepEqual(
    scopes('  width(mid): mid * group_width // 64', 'width', 'mid', '*', 'group_width'),
    ['entity.name.function', 'variable.parameter', 'keyword.operator.arithmetic', 'variable.other']);
  assert.deepEqual(scopes('input: {channels: 3}', 'input', 'channels'), ['keyword.other.section', 'entity.name.tag']);
});

test('sentences are no expressions, and aliases no products', () => {
  const prose = 'ResNet in 3 parts; if not v1, the stride on the 3×3';
  assert.deepEqual(tokens(`summary: ${prose}`).at(-1), [prose, 'string.unquoted']);
  assert.deepEqual(scopes('source: "He et al., table 1: if"', '"He et al., table 1: if"'), ['string.quoted.double']);
  assert.deepEqual(scopes('layers: *stem', '*', 'stem'), ['keyword.control.flow.alias', 'variable.other.alias']);
  assert.deepEqual(scopes('  - conv: {out: n * c}', '*', 'c'), ['keyword.operator.arithmetic', 'variable.other']);
});

test('only files with a key cnnc at the margin are taken for specs', () => {
  const injection = read('cnnc.injection.tmLanguage.json');
  const [{ begin, end }] = injection.patterns;
  for (const line of ['cnnc: 1', '"cnnc": 1', 'cnnc : 1']) assert.match(line, new RegExp(begin), line);
  for (const line of ['  cnnc: 1', 'services:', '# cnnc: 1', 'cnncs: 1']) assert.doesNotMatch(line, new RegExp(begin), line);
  assert.doesNotMatch('---', new RegExp(end));
  // Within a spec it does not begin anew.
  assert.match(injection.injectionSelector, /- meta\.spec\.cnnc$/);
});
