package org.monostack.cloud.launch;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.monostack.cloud.machine.LaunchFailed;
import org.monostack.platform.crypto.PrivateFiles;

/**
 * Where the services of a running cloud answer.
 *
 * @param urls by service name, without a trailing slash
 */
public record Endpoints(Map<String, String> urls) {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final List<String> ORDER =
            List.of(
                    "identity",
                    "image",
                    "placement",
                    "network",
                    "compute",
                    "metadata",
                    "combined",
                    "operator");

    public List<String> names() {
        return List.copyOf(urls.keySet());
    }

    public String url(String name) {
        String url = urls.get(name);
        if (url == null) {
            throw new LaunchFailed("the cloud has no " + name + " service");
        }
        return url;
    }

    void write(Path file) throws IOException {
        Properties properties = new Properties();
        properties.putAll(urls);
        StringWriter text = new StringWriter();
        properties.store(text, null);
        PrivateFiles.write(file, text.toString());
    }

    /** Tells others where the services of this process answer. */
    public void publish(Path file) {
        try {
            write(file);
        } catch (IOException e) {
            throw new LaunchFailed("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    public static Endpoints read(Path file) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(Files.readString(file)));
        } catch (IOException e) {
            throw new LaunchFailed("the cloud is not running (no " + file + ")", e);
        }
        Map<String, String> urls = new LinkedHashMap<>();
        for (String name : ORDER) {
            String url = properties.getProperty(name);
            if (url != null) {
                urls.put(name, url);
            }
        }
        return new Endpoints(urls);
    }

    /**
     * Waits until each answers a request. Throws {@link LaunchFailed} naming the one that does not.
     */
    void awaitHealthy(ProcessHandle process) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (Map.Entry<String, String> service : urls.entrySet()) {
            while (!answers(service.getValue())) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new LaunchFailed(
                            service.getKey() + " does not answer at " + service.getValue());
                }
                try {
                    Thread.sleep(50);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new LaunchFailed("interrupted", e);
                }
            }
        }
    }

    /** Whether something answers there, and not with an error of its own. */
    public static boolean answers(String url) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection)
                            URI.create(url + "/").toURL().openConnection(java.net.Proxy.NO_PROXY);
            connection.setConnectTimeout(2000);
            connection.setReadTimeout(5000);
            connection.setInstanceFollowRedirects(false);
            int status = connection.getResponseCode();
            connection.disconnect();
            return status > 0 && status < 500;
        } catch (IOException e) {
            return false;
        }
    }
}
