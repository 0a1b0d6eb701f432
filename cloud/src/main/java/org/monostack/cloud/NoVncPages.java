package org.monostack.cloud;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.TunnelServer;

/**
 * noVNC, the viewer that runs in a browser, from where the distribution's package puts it. Where it
 * is not installed, a page that says so. Stateless.
 */
final class NoVncPages implements TunnelServer.Pages {
    static final Path INSTALLED = Path.of("/usr/share/novnc");

    private static final String DEFAULT_PAGE = "vnc_lite.html";
    private static final Map<String, String> TYPES =
            Map.of(
                    "html", "text/html; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "css", "text/css; charset=utf-8",
                    "json", "application/json",
                    "svg", "image/svg+xml",
                    "png", "image/png",
                    "ico", "image/x-icon",
                    "ttf", "font/ttf",
                    "woff", "font/woff",
                    "oga", "audio/ogg");
    private static final String MISSING =
            """
            <!DOCTYPE html>
            <html lang="en"><head><title>noVNC is not installed</title></head><body>
            <h1>noVNC is not installed</h1>
            <p>The console is there, but the viewer for browsers is not. On Debian it is the package
            <code>novnc</code>; once it is installed, ask for a new console address.</p>
            <p>A viewer of your own can connect by WebSocket to
            <code id="address">this address</code>, once.</p>
            <script>
            const path = new URLSearchParams(location.search).get("path");
            if (path) {
              document.getElementById("address").textContent =
                  location.origin.replace(/^http/, "ws") + "/" + path;
            }
            </script></body></html>
            """;

    private final Path directory;

    NoVncPages(Path directory) {
        this.directory = directory;
    }

    @Override
    public Response at(String path) throws IOException {
        String name = path.substring(1).isEmpty() ? DEFAULT_PAGE : path.substring(1);
        Path file = directory.resolve(name).normalize();
        if (file.startsWith(directory) && Files.isRegularFile(file)) {
            String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
            return Response.bytes(
                    200,
                    type == null ? "application/octet-stream" : type,
                    Files.readAllBytes(file));
        }
        if (name.equals(DEFAULT_PAGE)) {
            return Response.text(200, "text/html; charset=utf-8", MISSING);
        }
        return Response.text(404, "text/plain; charset=utf-8", "There is no such page.");
    }
}
