'use strict';

// JSON-RPC 2.0 over a pair of streams, framed as the Language Server Protocol frames it.

const ErrorCode = {
  methodNotFound: -32601,
  internalError: -32603,
  serverCancelled: -32802,
  contentModified: -32801,
  requestCancelled: -32800,
  closed: -32097,
};

/** What the other side answered in place of a result. */
class ResponseError extends Error {
  constructor(code, message, data) {
    super(message);
    this.name = 'ResponseError';
    this.code = code;
    this.data = data;
  }

  /** Whether the answer was merely no longer wanted or no longer right. */
  get isOutdated() {
    return [ErrorCode.contentModified, ErrorCode.requestCancelled, ErrorCode.serverCancelled].includes(this.code);
  }
}

const headerEnd = Buffer.from('\r\n\r\n');
const longestHeader = 4096;

/** Splits a stream of bytes into messages. */
class Framing {
  constructor() {
    this.chunks = [];
    this.size = 0;
    // Bytes of the message whose header has been read; null while the header has not.
    this.expected = null;
  }

  /** The messages that are complete with these bytes; throws for what is no message. */
  push(chunk) {
    this.chunks.push(chunk);
    this.size += chunk.length;
    const messages = [];
    for (;;) {
      if (this.expected === null) {
        if (!this.readHeader()) return messages;
      }
      if (this.size < this.expected) return messages;
      const bytes = this.joined();
      const body = bytes.subarray(0, this.expected);
      this.keep(bytes.subarray(this.expected));
      this.expected = null;
      messages.push(JSON.parse(body.toString('utf8')));
    }
  }

  readHeader() {
    const bytes = this.joined();
    const end = bytes.indexOf(headerEnd);
    if (end < 0) {
      if (bytes.length > longestHeader) throw new Error('the server writes what is no message');
      return false;
    }
    const header = bytes.subarray(0, end).toString('latin1');
    const length = /^content-length: *(\d+)$/im.exec(header);
    if (!length) throw new Error(`a message without a length: ${header.slice(0, 100)}`);
    this.expected = Number(length[1]);
    this.keep(bytes.subarray(end + headerEnd.length));
    return true;
  }

  joined() {
    if (this.chunks.length !== 1) this.chunks = [Buffer.concat(this.chunks)];
    return this.chunks[0];
  }

  keep(rest) {
    this.chunks = [rest];
    this.size = rest.length;
  }
}

/** The bytes of a message with its header. */
function framed(message) {
  const body = Buffer.from(JSON.stringify(message), 'utf8');
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`, 'latin1'), body]);
}

/** One end of a connection. */
class Connection {
  /**
   * @param input what the other side writes
   * @param output what the other side reads
   * @param onError what to do with a fault of the connection itself; it is closed then
   */
  constructor(input, output, onError) {
    this.output = output;
    this.onError = onError;
    this.nextId = 1;
    this.pending = new Map();
    this.requestHandlers = new Map();
    this.notificationHandlers = new Map();
    this.isClosed = false;
    const framing = new Framing();
    input.on('data', (chunk) => {
      if (this.isClosed) return;
      let messages;
      try {
        messages = framing.push(chunk);
      } catch (error) {
        this.fail(error);
        return;
      }
      for (const message of messages) this.receive(message);
    });
    input.on('error', (error) => this.fail(error));
    // What cannot be written because the other side has gone is told by its end.
    output.on('error', () => this.close());
  }

  /** Answers requests of a method by what `handler` returns or promises. */
  onRequest(method, handler) {
    this.requestHandlers.set(method, handler);
  }

  onNotification(method, handler) {
    this.notificationHandlers.set(method, handler);
  }

  notify(method, params) {
    this.write({ jsonrpc: '2.0', method, params });
  }

  /** The result of a request; `token` is a cancellation token of VS Code's kind, if there is one. */
  request(method, params, token) {
    if (this.isClosed) return Promise.reject(new ResponseError(ErrorCode.closed, 'the server is not running'));
    if (token && token.isCancellationRequested) {
      return Promise.reject(new ResponseError(ErrorCode.requestCancelled, 'cancelled'));
    }
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const subscription = token && token.onCancellationRequested(() => this.notify('$/cancelRequest', { id }));
      const done = (settle) => (value) => {
        if (subscription) subscription.dispose();
        settle(value);
      };
      this.pending.set(id, { resolve: done(resolve), reject: done(reject) });
      this.write({ jsonrpc: '2.0', id, method, params });
    });
  }

  /** Ends the connection; what is still asked for is refused. */
  close() {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const { reject } of this.pending.values()) {
      reject(new ResponseError(ErrorCode.closed, 'the server has ended'));
    }
    this.pending.clear();
  }

  fail(error) {
    if (this.isClosed) return;
    this.close();
    this.onError(error);
  }

  write(message) {
    if (!this.isClosed) this.output.write(framed(message));
  }

  receive(message) {
    if (message.method === undefined) {
      this.settle(message);
    } else if (message.id === undefined) {
      this.receiveNotification(message);
    } else {
      void this.answer(message);
    }
  }

  settle({ id, result, error }) {
    const waiting = this.pending.get(id);
    if (!waiting) return;
    this.pending.delete(id);
    if (error) waiting.reject(new ResponseError(error.code, error.message, error.data));
    else waiting.resolve(result);
  }

  receiveNotification({ method, params }) {
    const handler = this.notificationHandlers.get(method);
    // Notifications that nobody knows may be passed over, and so may a handler's fault: the next message is another matter.
    if (!handler) return;
    try {
      handler(params);
    } catch (error) {
      console.error(`cnnc: ${method}:`, error);
    }
  }

  async answer({ id, method, params }) {
    const handler = this.requestHandlers.get(method);
    if (!handler) {
      this.write({ jsonrpc: '2.0', id, error: { code: ErrorCode.methodNotFound, message: `no method ${method}` } });
      return;
    }
    try {
      const result = await handler(params);
      this.write({ jsonrpc: '2.0', id, result: result === undefined ? null : result });
    } catch (error) {
      this.write({ jsonrpc: '2.0', id, error: { code: ErrorCode.internalError, message: String(error && error.message) } });
    }
  }
}

module.exports = { Connection, ErrorCode, Framing, ResponseError, framed };
