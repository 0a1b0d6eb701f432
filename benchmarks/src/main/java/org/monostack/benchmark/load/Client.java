package org.monostack.benchmark.load;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLSocketFactory;

/**
 * One client with a kept connection to each server it talks to. Plain blocking sockets, because
 * this shares its processors with what it measures: a request costs it some 20 microseconds. Not
 * thread-safe.
 */
final class Client implements AutoCloseable {

    private static final int CONNECT_MILLIS = 30_000;
    private static final int READ_MILLIS = 120_000;

    private final Map<String, Connection> connections = new HashMap<>();

    Reply send(Call call) throws IOException {
        return send(call, call.bytes());
    }

    /**
     * @param bytes the call as it goes over the wire
     */
    Reply send(Call call, byte[] bytes) throws IOException {
        Connection kept = connections.get(call.url().getAuthority());
        if (kept != null) {
            try {
                return exchange(kept, call, bytes);
            } catch (EOFException e) {
                // The server had closed the idle connection; nothing of an answer was seen.
                kept.close();
            }
        }
        Connection fresh = new Connection(call.url());
        connections.put(call.url().getAuthority(), fresh);
        return exchange(fresh, call, bytes);
    }

    private Reply exchange(Connection connection, Call call, byte[] bytes) throws IOException {
        try {
            Reply reply = connection.exchange(bytes, call.method().equals("HEAD"));
            if ("close".equalsIgnoreCase(reply.headers().get("connection"))) {
                drop(call);
            }
            return reply;
        } catch (IOException e) {
            drop(call);
            throw e;
        }
    }

    private void drop(Call call) throws IOException {
        Connection gone = connections.remove(call.url().getAuthority());
        if (gone != null) {
            gone.close();
        }
    }

    @Override
    public void close() throws IOException {
        for (Connection connection : connections.values()) {
            connection.close();
        }
        connections.clear();
    }

    private static final class Connection implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;

        Connection(URI url) throws IOException {
            boolean secure = url.getScheme().equals("https");
            int port = url.getPort() >= 0 ? url.getPort() : secure ? 443 : 80;
            socket = secure ? SSLSocketFactory.getDefault().createSocket() : new Socket();
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(READ_MILLIS);
            socket.connect(new InetSocketAddress(url.getHost(), port), CONNECT_MILLIS);
            in = new BufferedInputStream(socket.getInputStream(), 64 << 10);
        }

        Reply exchange(byte[] bytes, boolean head) throws IOException {
            try {
                socket.getOutputStream().write(bytes);
            } catch (IOException e) {
                throw new EOFException(e.getMessage());
            }
            String status = line();
            Map<String, String> headers = new HashMap<>();
            for (String line = line(); !line.isEmpty(); line = line()) {
                int colon = line.indexOf(':');
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
            int code = Integer.parseInt(status.substring(9, 12));
            boolean empty = head || code == 204 || code == 304;
            return new Reply(code, headers, empty ? new byte[0] : body(headers));
        }

        private byte[] body(Map<String, String> headers) throws IOException {
            String length = headers.get("content-length");
            if (length != null) {
                return exactly(Integer.parseInt(length));
            }
            if (!"chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
                headers.put("connection", "close");
                return in.readAllBytes();
            }
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            while (true) {
                int size = Integer.parseInt(line().split(";", 2)[0].strip(), 16);
                all.write(exactly(size));
                line();
                if (size == 0) {
                    return all.toByteArray();
                }
            }
        }

        private byte[] exactly(int length) throws IOException {
            byte[] content = in.readNBytes(length);
            if (content.length < length) {
                throw new IOException("the answer was cut short");
            }
            return content;
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder(80);
            while (true) {
                int c = in.read();
                if (c < 0) {
                    throw new EOFException("the server closed the connection");
                }
                if (c == '\n') {
                    int end = line.length();
                    if (end > 0 && line.charAt(end - 1) == '\r') {
                        line.setLength(end - 1);
                    }
                    return line.toString();
                }
                line.append((char) c);
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
