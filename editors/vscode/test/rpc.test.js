'use strict';

const assert = require('node:assert/strict');
const { PassThrough } = require('node:stream');
const { test } = require('node:test');
const { Connection, Framing, framed } = require('../src/rpc');

test('messages are found in any division of their bytes', () => {
  const messages = [{ method: 'a' }, { text: '4×6×6 → 😀' }, { id: 1, result: null }];
  const bytes = Buffer.concat(messages.map(framed));
  for (let size = 1; size <= bytes.length; size++) {
    const framing = new Framing();
    const found = [];
    for (let start = 0; start < bytes.length; start += size) found.push(...framing.push(bytes.subarray(start, start + size)));
    assert.deepEqual(found, messages);
  }
});

test('lengths are of bytes, other headers are passed over, and what is no message is a fault', () => {
  assert.match(framed({ a: '×' }).toString(), /^Content-Length: 10\r\n\r\n/);
  const body = '{"a":1}';
  const header = 'Content-Type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length: 7\r\n\r\n';
  assert.deepEqual(new Framing().push(Buffer.from(header + body)), [{ a: 1 }]);
  assert.throws(() => new Framing().push(Buffer.from('Hello\r\n\r\n')), /without a length/);
  assert.throws(() => new Framing().push(Buffer.alloc(5000, 'x')), /no message/);
});

/** A connection, and what the other side sees and says. */
function connected() {
  const [toUs, fromUs] = [new PassThrough(), new PassThrough()];
  const errors = [];
  const connection = new Connection(toUs, fromUs, (error) => errors.push(error));
  const seen = [];
  const framing = new Framing();
  fromUs.on('data', (chunk) => seen.push(...framing.push(chunk)));
  return { connection, seen, errors, say: (message) => toUs.write(framed({ jsonrpc: '2.0', ...message })), toUs };
}

const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test('answers reach their requests in any order, errors as errors', async () => {
  const { connection, say } = connected();
  const [first, second, third] = ['a', 'b', 'c'].map((method) => connection.request(method, {}));
  say({ id: 3, error: { code: -32801, message: 'late' } });
  say({ id: 2, result: 'two' });
  say({ id: 99, result: 'nobody asked' });
  say({ id: 1, result: null });
  assert.equal(await first, null);
  assert.equal(await second, 'two');
  await assert.rejects(third, (error) => error.isOutdated && error.code === -32801);
});

test('a request that is cancelled tells the other side', async () => {
  const { connection, seen, say } = connected();
  let cancel;
  const token = { isCancellationRequested: false, onCancellationRequested: (action) => ((cancel = action), { dispose() {} }) };
  const request = connection.request('slow', {}, token);
  cancel();
  await turn();
  assert.deepEqual(seen.map(({ method }) => method), ['slow', '$/cancelRequest']);
  assert.deepEqual(seen[1].params, { id: seen[0].id });
  say({ id: 1, error: { code: -32800, message: 'cancelled' } });
  await assert.rejects(request, (error) => error.isOutdated);
  await assert.rejects(connection.request('x', {}, { isCancellationRequested: true }));
});

test('requests of the other side are answered, faults of handlers too', async () => {
  const { connection, seen, say } = connected();
  connection.onRequest('sum', ({ a, b }) => a + b);
  connection.onRequest('nothing', () => undefined);
  connection.onRequest('fails', async () => {
    throw new Error('no');
  });
  say({ id: 'x', method: 'sum', params: { a: 1, b: 2 } });
  say({ id: 'y', method: 'nothing' });
  say({ id: 'z', method: 'fails' });
  say({ id: 'w', method: 'unknown' });
  await turn();
  const byId = new Map(seen.map((message) => [message.id, message]));
  assert.equal(byId.get('x').result, 3);
  assert.equal(byId.get('y').result, null);
  assert.equal(byId.get('z').error.code, -32603);
  assert.equal(byId.get('w').error.code, -32601);
});

test('a broken stream ends the connection once, and what waits is refused', async () => {
  const { connection, errors, toUs } = connected();
  const request = connection.request('a', {});
  toUs.write('Content-Length: 3\r\n\r\n{"a');
  await assert.rejects(request, /ended/);
  await assert.rejects(connection.request('b', {}), /not running/);
  assert.equal(errors.length, 1);
});
