package org.monostack.image.operation;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.monostack.platform.operation.OperationFailed;

/**
 * Opens content on the web for imports. Users choose the address, so only plain web addresses are
 * taken, and a redirection is held to the same rule.
 */
public final class WebDownload {
    private static final Set<Integer> PORTS = Set.of(-1, 80, 443);
    private static final int MAX_REDIRECTIONS = 5;

    /** Why an address is not taken, or nothing if it is. */
    public static Optional<String> refusal(URI uri) {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")
                || uri.getHost() == null
                || uri.getUserInfo() != null
                || !PORTS.contains(uri.getPort())) {
            return Optional.of("Given uri '" + uri + "' does not pass URI filtering");
        }
        return Optional.empty();
    }

    /**
     * @throws OperationFailed when the address does not lead to content
     */
    InputStream open(URI uri) throws IOException {
        HttpClient client =
                HttpClient.newBuilder()
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(Duration.ofSeconds(15))
                        .build();
        URI at = uri;
        for (int i = 0; i <= MAX_REDIRECTIONS; i++) {
            Optional<String> refusal = refusal(at);
            if (refusal.isPresent()) {
                throw new OperationFailed(refusal.get());
            }
            HttpResponse<InputStream> response = get(client, at);
            if (response.statusCode() == 200) {
                return response.body();
            }
            response.body().close();
            Optional<String> location = response.headers().firstValue("Location");
            if (response.statusCode() / 100 != 3 || location.isEmpty()) {
                throw new OperationFailed(
                        "The address " + at + " answered with status " + response.statusCode());
            }
            at = at.resolve(location.get());
        }
        throw new OperationFailed("The address " + uri + " redirects too often.");
    }

    private static HttpResponse<InputStream> get(HttpClient client, URI uri) {
        try {
            return client.send(
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60)).build(),
                    HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw new OperationFailed(
                    "The address " + uri + " cannot be read: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while downloading", e);
        }
    }
}
