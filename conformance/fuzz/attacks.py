"""Attacks below HTTP: malformed messages, and clients that are slow, gone, idle, or in a hurry. Each gives a list of problems."""

import json
import socket
import time

from oracle import HTTP_OWN, INSIDE
from wire import Broken, Connection

SILENT = 2


def malformed(token):
    """Messages that are not quite HTTP, with their names."""
    auth = b"X-Auth-Token: " + token + b"\r\n"
    get = b"GET /v2.1/flavors HTTP/1.1\r\nHost: x\r\n" + auth
    post = b"POST /v2.1/os-keypairs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + auth
    end = b"\r\n\r\n"
    yield "nothing but line ends", b"\r\n" * 50
    yield "not HTTP at all", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 300
    yield "noise", bytes(range(256)) * 8
    yield "HTTP/0.9", b"GET /\r\n"
    yield "HTTP/1.0", b"GET /v2.1/flavors HTTP/1.0\r\n" + auth + b"\r\n"
    yield "HTTP/3.7", b"GET / HTTP/3.7\r\nHost: x" + end
    yield "HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    yield "no version", b"GET / \r\nHost: x" + end
    yield "no host", b"GET / HTTP/1.1" + end
    yield "two hosts", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b" + end
    yield "a strange host", b"GET / HTTP/1.1\r\nHost: a:b:c/<>?" + end
    yield "an empty host", b"GET / HTTP/1.1\r\nHost:" + end
    yield "bare line feeds", get.replace(b"\r\n", b"\n") + b"\n"
    yield "bare carriage returns", get.replace(b"\r\n", b"\r") + b"\r\r"
    yield "a folded header", get + b"X-A: b\r\n  c" + end
    yield "a header without a colon", get + b"nonsense" + end
    yield "a header without a name", get + b": x" + end
    yield "a space before the colon", get + b"X-A : b" + end
    yield "a NUL in a header", get + b"X-A: a\0b" + end
    yield "a header in Latin-1", get + b"X-A: \xe9\xff" + end
    yield "a long header", get + b"X-A: " + b"x" * 100000 + end
    yield "a long header name", get + b"x" * 100000 + b": a" + end
    yield "many headers", get + b"".join(b"X-%d: a\r\n" % i for i in range(5000)) + b"\r\n"
    yield "a long request line", b"GET /" + b"x" * 1000000 + b" HTTP/1.1\r\nHost: x" + end
    yield "a long query", b"GET /v2.1/flavors?" + b"a=b&" * 3000 + b" HTTP/1.1\r\nHost: x\r\n" + auth + b"\r\n"
    yield "a long method", b"X" * 50000 + b" / HTTP/1.1\r\nHost: x" + end
    yield "a method with a NUL", b"GE\0T / HTTP/1.1\r\nHost: x" + end
    yield "CONNECT", b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org" + end
    yield "OPTIONS *", b"OPTIONS * HTTP/1.1\r\nHost: x" + end
    yield "TRACE", b"TRACE / HTTP/1.1\r\nHost: x" + end
    yield "an absolute address", b"GET http://other:99/v2.1/flavors HTTP/1.1\r\nHost: x\r\n" + auth + b"\r\n"
    yield "an odd absolute address", b"GET http://[::1/v2.1 HTTP/1.1\r\nHost: x" + end
    for odd in (b"", b"x", b"//", b"///", b"/..", b"/../../etc/passwd", b"/./.", b"/%2e%2e/%2e%2e", b"/%", b"/%00", b"/\x00", b"/%zz", b"/\xff\xfe", b"/\\..\\..", b"/v3/%2F", b"/v2.1/servers/%2e%2e/%2e%2e",
                b"/v2.1//servers", b"/v2.1/servers;a=b", b"/#x", b"/?", b"/?%", b"/?a=%ff", b"/ /", b"/v3/users/\xc3\xa9", b"http:///", b"*"):
        yield f"the path {odd!r}", b"GET " + odd + b" HTTP/1.1\r\nHost: x\r\n" + auth + b"\r\n"
    for length in (b"-1", b"x", b"1, 2", b"99999999999999999999999", b"0x10", b"+2", b" ", b"2.0", b"9223372036854775807"):
        yield f"Content-Length: {length!r}", post + b"Content-Length: " + length + end + b"{}"
    yield "two lengths", post + b"Content-Length: 2\r\nContent-Length: 3" + end + b"{} "
    yield "the same length twice", post + b"Content-Length: 2\r\nContent-Length: 2" + end + b"{}"
    yield "length and chunked", post + b"Content-Length: 2\r\nTransfer-Encoding: chunked" + end + b"2\r\n{}\r\n0\r\n\r\n"
    for coding in (b"identity", b"gzip, chunked", b"chunked, gzip", b"chunked, chunked", b"x", b"Chunked", b"chunked;q=1", b""):
        yield f"Transfer-Encoding: {coding!r}", post + b"Transfer-Encoding: " + coding + end + b"2\r\n{}\r\n0\r\n\r\n"
    for chunks in (b"zz\r\n{}\r\n0\r\n\r\n", b"-2\r\n{}\r\n0\r\n\r\n", b"ffffffffffffffff\r\n{}", b"2\r\n{}XX0\r\n\r\n", b"2;ext=\"a\r\n{}\r\n0\r\n\r\n", b"2\r\n{}\r\n0\r\nTrailer: x\r\n\r\n", b"0\r\n\r\n",
                   b"0" * 5000 + b"2\r\n{}\r\n0\r\n\r\n", b"2;" + b"x" * 100000 + b"\r\n{}\r\n0\r\n\r\n", b"1\r\n{\r\n" + b"1\r\n \r\n" * 5000 + b"1\r\n}\r\n0\r\n\r\n", b"2\n{}\n0\n\n"):
        yield f"the chunks {chunks[:30]!r}", post + b"Transfer-Encoding: chunked" + end + chunks
    for expect in (b"100-continue", b"200-ok", b"100-continue, 100-continue", b""):
        yield f"Expect: {expect!r}", post + b"Expect: " + expect + b"\r\nContent-Length: 2" + end + b"{}"
    yield "Upgrade", get + b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13" + end
    yield "Upgrade to HTTP/2", get + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQ" + end
    yield "a body that begins like a request", post + b"Content-Length: 40" + end + get[:40]


def send_malformed(address, data):
    """Sends, reads what comes until it ends or is silent, and judges it."""
    connection = Connection(address, SILENT)
    problems = []
    try:
        connection.send(data)
        for _ in range(100):
            answer = connection.read()
            if answer.status >= 500 and answer.status not in (501, 505) or not answer.header("X-OpenStack-Request-Id") and answer.status >= 400 and answer.status not in HTTP_OWN:
                problems.append(f"status {answer.status}: {answer.body[:100]!r}")
            inside = INSIDE.search(answer.body)
            if inside:
                problems.append(f"status {answer.status} shows the inside: {inside.group(0)!r}")
            if connection.socket is None:
                break
    except Broken:
        pass  # to say nothing and hang up is a fair answer to what is not HTTP
    except OSError as error:
        problems.append(f"not reachable: {error}")
    finally:
        connection.close()
    return problems


def get_of(token, path=b"/v2.1/flavors", extra=b""):
    return b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nX-Auth-Token: " + token + b"\r\n" + extra + b"\r\n"


def pipelined(address, token):
    """Fifty requests at once are answered in order."""
    connection = Connection(address)
    connection.send(b"".join(get_of(token) + get_of(token, b"/v2.1/flavors/absent-%d" % i) for i in range(25)))
    problems = []
    for i in range(25):
        listed, missed = connection.read(), connection.read()
        if listed.status != 200 or missed.status != 404 or b"absent-%d" % i not in missed.body:
            problems.append(f"pair {i} was answered {listed.status} and {missed.status}: {missed.body[:80]!r}")
            break
    connection.close()
    return problems


def slow_body(address, token, seconds):
    """A body that trickles in is waited for, and the answer is the right one."""
    body = b'{"keypair": {"name": "slow"}}'
    connection = Connection(address, 30)
    connection.send(b"POST /v2.1/os-keypairs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\nX-Auth-Token: %s\r\n\r\n" % (len(body), token))
    for byte in body:
        time.sleep(seconds / len(body))
        connection.send(bytes([byte]))
    status = connection.read().status
    connection.close()
    return [] if status in (200, 201, 403, 409) else [f"status {status}"]


def aborted(address, token):
    """Clients that vanish in the middle of a body, of a header, or before the answer."""
    head = b"POST /v2.1/os-keypairs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-Auth-Token: " + token + b"\r\n"
    for data in (head, head + b"Content-Length: 500\r\n\r\n{", head + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a", get_of(token, b"/v2.1/servers/detail"), get_of(token) * 30):
        for reset in (True, False):
            connection = Connection(address)
            connection.send(data)
            connection.abort() if reset else connection.close()
    return []


def half_closed(address, token):
    """A client that shuts its sending side down still gets its answer."""
    connection = Connection(address)
    connection.send(get_of(token))
    connection.socket.shutdown(socket.SHUT_WR)
    status = connection.read().status
    connection.close()
    return [] if status == 200 else [f"status {status}"]


def unread(address, token):
    """A client that asks and asks and never reads."""
    connection = Connection(address, 1)
    connection.open()
    try:
        for _ in range(400):
            connection.socket.sendall(get_of(token, b"/v2.1/flavors/detail") * 20)
    except OSError:
        pass
    connection.close()
    return []


def idle(address, token, count, good):
    """Many connections that say nothing or stop in the middle; meanwhile `good` must succeed."""
    connections = []
    problems = []
    try:
        for i in range(count):
            connection = socket.create_connection(address, timeout=10)
            connection.sendall((b"", b"GET /v2.1/fla", b"POST /v2.1/os-keypairs HTTP/1.1\r\nContent-Length: 9\r\n", get_of(token))[i % 4])
            connections.append(connection)
        for _ in range(10):
            began = time.monotonic()
            answer = good()
            if answer.status != 200 or time.monotonic() - began > 5:
                problems.append(f"with {count} idle connections: status {answer.status} after {time.monotonic() - began:.1f} s")
    except OSError as error:
        problems.append(f"connection {len(connections)}: {error}")
    finally:
        for connection in connections:
            connection.close()
    return problems


def large_body(address, token):
    """A JSON body beyond the bound is refused before all of it was sent."""
    connection = Connection(address)
    size = 200 << 20
    connection.send(b"POST /v2.1/os-keypairs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\nX-Auth-Token: %s\r\n\r\n" % (size, token))
    connection.send(json.dumps({"keypair": {"name": "x" * (4 << 20)}}).encode())
    status = connection.read().status
    connection.close()
    return [] if status == 413 else [f"status {status}"]
