package org.monostack.benchmark.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.HttpServer;
import org.monostack.platform.http.HttpService;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.policy.Policy;

/**
 * Monostack's own HTTP server in a process of its own, answering every request with as many bytes
 * as it names: what a real answer of that size could cost at least.
 */
public final class FixedServer implements AutoCloseable {
    private final Process process;
    private final String url;

    private FixedServer(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /** Starts one with the JVM's settings that Monostack itself runs with. */
    static FixedServer start() throws IOException {
        Process process =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElse("java"),
                                "-XX:+UseSerialGC",
                                "-XX:+UseCompactObjectHeaders",
                                "-Xmx384m",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "org.monostack.benchmark.Main",
                                "fixed")
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String port = lines.readLine();
        if (port == null) {
            throw new IOException("the server of fixed answers did not start");
        }
        return new FixedServer(process, "http://127.0.0.1:" + port);
    }

    Call call(int bytes) {
        return Call.of("GET", url + "/" + bytes, Map.of());
    }

    /** Its processor time, as if it were the cloud. */
    CloudProcesses processes() {
        return new CloudProcesses(Map.of("fixed", process.pid()));
    }

    @Override
    public void close() {
        process.destroy();
    }

    /** Serves on a free port, which it prints, until its input ends. */
    public static void serve() {
        Routes routes = new Routes();
        routes.get("/{bytes}", request -> fixed(Integer.parseInt(request.pathParameter("bytes"))))
                .open();
        HttpService service =
                new HttpService(
                        "fixed",
                        routes,
                        (error, request) ->
                                Response.text(
                                        error.status(),
                                        "text/plain",
                                        String.valueOf(error.getMessage())),
                        Optional.empty(),
                        token -> {
                            throw ApiException.notFound("There are no tokens here.");
                        },
                        Policy.builder().build());
        try (HttpServer server = new HttpServer("http://127.0.0.1")) {
            int port = server.listen("127.0.0.1", 0, List.of(new HttpServer.Binding("", service)));
            server.start();
            System.out.println(port);
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Response fixed(int bytes) {
        byte[] content = new byte[bytes];
        Arrays.fill(content, (byte) ' ');
        return Response.bytes(200, "application/json", content);
    }
}
