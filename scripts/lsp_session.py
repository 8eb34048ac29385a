"""A bare client of `cnnc lsp` for the scripts that send it more, or worse, than a client's library would: `fuzz_lsp.py`,
`measure_lsp.py` and parts of `test_lsp.py`. Text is counted in code points here and converted at the border."""

import collections
import json
import os
import pathlib
import queue
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Ended(Exception):
    """The server has ended or does not answer."""


def uri(path):
    return pathlib.Path(path).resolve().as_uri()


class Text:
    """The text of a document, in which places are converted between code points and a session's units."""

    def __init__(self, text, encoding):
        self.text, self.encoding = text, encoding
        self.starts = [0]
        index = 0
        while index < len(text):
            # A line ends with \n, \r\n or \r.
            character = text[index]
            index += 1
            if character == "\r" and text[index:index + 1] == "\n":
                index += 1
            if character in "\r\n":
                self.starts.append(index)

    def units(self, text):
        return len(text.encode("utf-8")) if self.encoding == "utf-8" else len(text.encode("utf-16-le")) // 2

    def line(self, number):
        """A line without its end."""
        start = self.starts[number]
        end = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def place(self, offset):
        """The position of a code point."""
        number = next(n for n in range(len(self.starts) - 1, -1, -1) if self.starts[n] <= offset)
        return {"line": number, "character": self.units(self.text[self.starts[number]:offset])}

    def range(self, start, end):
        return {"start": self.place(start), "end": self.place(end)}

    def offset(self, position):
        """The code point at a position; an error if there is none, or the position is within one."""
        number, rest = position["line"], position["character"]
        if not 0 <= number < len(self.starts):
            raise ValueError(f"there is no line {number}")
        line = self.line(number)
        for index, character in enumerate(line):
            if rest <= 0:
                break
            rest -= self.units(character)
        else:
            index = len(line)
        if rest != 0:
            raise ValueError(f"line {number} has no character {position['character']}: {line!r}")
        return self.starts[number] + index

    def within(self, value):
        """Converts all positions within an answer to offsets; an error for one that is nowhere."""
        if isinstance(value, list):
            return [self.within(item) for item in value]
        if isinstance(value, dict):
            if set(value) == {"line", "character"}:
                return self.offset(value)
            return {key: self.within(item) for key, item in value.items()}
        return value


class Server:
    """A server and what it has said."""

    def __init__(self, program, *, encoding="utf-16", capabilities=None, options=None, timeout=60, initialize=True):
        self.timeout = timeout
        self.process = subprocess.Popen([str(program), "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        self.messages = queue.Queue()
        # Messages that have arrived and were not looked at.
        self.gathered = collections.deque()
        self.next_id = 0
        self.responses = {}
        # All notifications in their order, and the last findings of each document.
        self.notifications = []
        self.findings = {}
        self.requests = collections.Counter()
        self.versions = {}
        threading.Thread(target=self._read, daemon=True).start()
        if initialize:
            given = {
                "general": {"positionEncodings": [encoding]},
                "textDocument": {"publishDiagnostics": {"versionSupport": True, "relatedInformation": True}},
            }
            given.update(capabilities or {})
            result = self.ask("initialize", {
                "processId": os.getpid(), "rootUri": uri(ROOT), "capabilities": given,
                "initializationOptions": options or {}})
            self.capabilities = result["capabilities"]
            self.encoding = self.capabilities.get("positionEncoding", "utf-16")
            self.notify("initialized", {})

    def _read(self):
        stream = self.process.stdout
        try:
            while True:
                length = None
                while True:
                    line = stream.readline()
                    if not line:
                        raise EOFError
                    if line == b"\r\n":
                        break
                    name, _, value = line.partition(b":")
                    if name.lower() == b"content-length":
                        length = int(value)
                body = b""
                while len(body) < length:
                    more = stream.read(length - len(body))
                    if not more:
                        raise EOFError
                    body += more
                self.messages.put((time.perf_counter(), body))
        except (EOFError, ValueError, TypeError) as error:
            self.messages.put((time.perf_counter(), error))

    # Sending

    def write(self, *messages):
        """Writes messages in one piece."""
        data = b""
        for message in messages:
            body = json.dumps({"jsonrpc": "2.0", **message}, ensure_ascii=False).encode("utf-8")
            data += b"Content-Length: %d\r\n\r\n" % len(body) + body
        self.write_bytes(data)

    def write_bytes(self, data):
        try:
            while data:
                data = data[self.process.stdin.write(data):]
        except BrokenPipeError:
            raise Ended("the server has ended") from None

    def request(self, method, params):
        """A request, not sent yet: its number and message."""
        self.next_id += 1
        return self.next_id, {"id": self.next_id, "method": method, "params": params}

    def notify(self, method, params):
        self.write({"method": method, "params": params})

    def ask(self, method, params):
        """The result of a request; an error of the server is raised as RuntimeError."""
        number, message = self.request(method, params)
        self.write(message)
        return self.result(number)

    def result(self, number):
        response = self.wait(lambda: self.responses.pop(number, None))
        if "error" in response:
            raise RuntimeError(f"{response['error']['code']}: {response['error']['message']}")
        return response.get("result")

    # Receiving

    def take(self, timeout):
        """Takes one message, if there is one in time; whether there was."""
        try:
            self.moment, body = self.gathered.popleft() if self.gathered else self.messages.get(timeout=timeout)
        except queue.Empty:
            return False
        if isinstance(body, Exception):
            raise Ended(f"the server has ended, status {self.process.poll()}: {body!r}")
        message = json.loads(body)
        if "method" not in message:
            self.responses[message["id"]] = message
        elif "id" in message:
            self.requests[message["method"]] += 1
            self.write({"id": message["id"], "result": [None] if message["method"] == "workspace/configuration" else None})
        else:
            self.notifications.append(message)
            if message["method"] == "textDocument/publishDiagnostics":
                self.findings[message["params"]["uri"]] = message["params"]
        return True

    def gather(self, *marks):
        """Waits until messages that begin with each of the marks have arrived, and reads none of them: what a client makes
        of an answer takes longer than the server, and none of its time."""
        marks, end = set(marks), time.monotonic() + self.timeout
        while marks:
            try:
                self.gathered.append(self.messages.get(timeout=max(0, end - time.monotonic())))
            except queue.Empty:
                raise Ended(f"no answer within {self.timeout} s") from None
            body = self.gathered[-1][1]
            if isinstance(body, Exception):
                return
            marks = {mark for mark in marks if mark not in body[:120]}

    def wait(self, condition):
        """Waits until a condition holds, and gives its value."""
        end = time.monotonic() + self.timeout
        while True:
            value = condition()
            if value is not None and value is not False:
                return value
            if not self.take(max(0, end - time.monotonic())):
                raise Ended(f"no answer within {self.timeout} s")

    def found(self, name):
        """The findings of a document for its version of now, which are waited for."""
        def current():
            params = self.findings.get(name)
            return params if params and params.get("version") == self.versions[name] else None
        return self.wait(current)["diagnostics"]

    # Documents

    def open(self, name, text, version=1):
        self.versions[name] = version
        self.notify("textDocument/didOpen", {
            "textDocument": {"uri": name, "languageId": "yaml", "version": version, "text": text}})

    def changed(self, name, changes):
        """The notification of changes, not sent yet."""
        self.versions[name] += 1
        return {"method": "textDocument/didChange", "params": {
            "textDocument": {"uri": name, "version": self.versions[name]}, "contentChanges": changes}}

    def close(self, name):
        del self.versions[name]
        self.notify("textDocument/didClose", {"textDocument": {"uri": name}})

    def hints(self, name):
        return self.ask("textDocument/inlayHint", self.whole(name))

    def whole(self, name):
        return {
            "textDocument": {"uri": name},
            "range": {"start": {"line": 0, "character": 0}, "end": {"line": 1 << 20, "character": 0}}}

    # The end

    def end(self):
        """Ends the session in order; the exit status."""
        self.ask("shutdown", None)
        self.notify("exit", None)
        return self.process.wait(self.timeout)

    def kill(self):
        self.process.kill()
        self.process.wait()
