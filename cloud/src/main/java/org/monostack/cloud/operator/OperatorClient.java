package org.monostack.cloud.operator;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.monostack.cloud.launch.DataDirectory;
import org.monostack.cloud.launch.Endpoints;
import org.monostack.cloud.launch.ServeProcess;
import org.monostack.cloud.machine.LaunchFailed;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;

/** Asks the process that serves a data directory. */
public final class OperatorClient {
    /** A look at everything may wait for a slow disk. */
    private static final int PATIENCE_MILLIS = 120_000;

    private final String url;
    private final String token;

    private OperatorClient(String url, String token) {
        this.url = url;
        this.token = token;
    }

    /** Empty when no process serves it. */
    public static Optional<OperatorClient> of(DataDirectory data) {
        if (new ServeProcess(data).find().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new OperatorClient(
                        Endpoints.read(data.endpoints()).url("operator"),
                        OperatorToken.read(data.operatorToken())));
    }

    public JsonNode doctor(boolean repair) {
        return repair
                ? ask("POST", "/doctor/repair").orElseThrow()
                : ask("GET", "/doctor").orElseThrow();
    }

    /** Empty when nobody knows the id. */
    public Optional<JsonNode> explain(String id) {
        return ask("GET", "/explain/" + URLEncoder.encode(id, StandardCharsets.UTF_8));
    }

    private Optional<JsonNode> ask(String method, String path) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection)
                            URI.create(url + path).toURL().openConnection(Proxy.NO_PROXY);
            connection.setRequestMethod(method);
            connection.setConnectTimeout(5_000);
            connection.setReadTimeout(PATIENCE_MILLIS);
            connection.setRequestProperty("X-Auth-Token", token);
            int status = connection.getResponseCode();
            InputStream in =
                    status < 400 ? connection.getInputStream() : connection.getErrorStream();
            String text = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            if (status == 404) {
                return Optional.empty();
            }
            if (status != 200) {
                throw new LaunchFailed("the cloud answered " + status + ": " + text);
            }
            return Optional.of(Json.read(text));
        } catch (IOException e) {
            throw new LaunchFailed("the cloud does not answer: " + e.getMessage(), e);
        }
    }
}
