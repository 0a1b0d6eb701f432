"""HTTP/1.1 on bare sockets: sends any bytes at all and reads what comes back, strictly."""

import socket


class Broken(Exception):
    """The server sent no answer, or not the whole of one."""


class Answer:
    """What came back: status, headers in order, body."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def header(self, name, otherwise=""):
        for key, value in self.headers:
            if key.lower() == name.lower():
                return value
        return otherwise


class Connection:
    """One connection; opened at the first request and again after the server closed it. Belongs to one thread."""

    def __init__(self, address, timeout=30):
        self.address = address
        self.timeout = timeout
        self.socket = None
        self.rest = b""

    def open(self):
        self.close()
        self.socket = socket.create_connection(self.address, timeout=self.timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self):
        if self.socket is not None:
            self.socket.close()
        self.socket = None
        self.rest = b""

    def abort(self):
        """Closes with a reset, as a client that dies does."""
        if self.socket is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        self.close()

    def send(self, data):
        if self.socket is None:
            self.open()
        try:
            self.socket.sendall(data)
        except OSError:
            pass  # a server may answer and close before it has read all; the answer is what counts

    def exchange(self, data, head=False):
        """Sends and reads one answer; once more on a fresh connection if the kept one had been closed meanwhile."""
        kept = self.socket is not None
        self.send(data)
        try:
            return self.read(head)
        except Broken:
            if not kept:
                raise
        self.open()
        self.send(data)
        return self.read(head)

    def read(self, head=False):
        """The next answer; closes the connection when the server says so."""
        try:
            while True:
                answer = self._read(head)
                if answer.status >= 200:
                    break
            if answer.header("Connection").lower() == "close":
                self.close()
            return answer
        except (OSError, ValueError, IndexError) as error:
            self.close()
            raise Broken(f"{type(error).__name__}: {error}") from None
        except Broken:
            self.close()
            raise

    def _read(self, head):
        lines = self._until(b"\r\n\r\n").split(b"\r\n")
        version, status = lines[0].split(b" ", 2)[:2]
        if not version.startswith(b"HTTP/1."):
            raise Broken(f"not HTTP: {lines[0][:60]!r}")
        headers = []
        for line in lines[1:]:
            name, value = line.split(b":", 1)
            headers.append((name.decode("latin-1"), value.strip().decode("latin-1")))
        answer = Answer(int(status), headers, b"")
        if head or answer.status in (204, 304) or answer.status < 200:
            return answer
        if answer.header("Transfer-Encoding").lower() == "chunked":
            chunks = []
            while True:
                size = int(self._until(b"\r\n").split(b";")[0], 16)
                chunk = self._exactly(size + 2)
                if size == 0:
                    break
                chunks.append(chunk[:-2])
            answer.body = b"".join(chunks)
        elif answer.header("Content-Length"):
            answer.body = self._exactly(int(answer.header("Content-Length")))
        else:
            answer.body = self._to_end()
        return answer

    def _more(self):
        data = self.socket.recv(65536)
        if not data:
            raise Broken("closed" + (" in the middle of an answer" if self.rest else " without an answer"))
        self.rest += data

    def _until(self, mark):
        while mark not in self.rest:
            self._more()
        found, self.rest = self.rest.split(mark, 1)
        return found

    def _exactly(self, length):
        while len(self.rest) < length:
            self._more()
        found, self.rest = self.rest[:length], self.rest[length:]
        return found

    def _to_end(self):
        while True:
            data = self.socket.recv(65536)
            if not data:
                found, self.rest = self.rest, b""
                self.close()
                return found
            self.rest += data
