package org.monostack.identity.auth;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.monostack.platform.crypto.ConstantTime;
import org.monostack.platform.crypto.Digests;
import tools.jackson.databind.JsonNode;

/**
 * The signatures of Amazon's APIs, versions 0, 1, 2 and 4, over a request that a service received
 * and describes here. Stateless.
 */
public final class Ec2Signatures {

    private static final String V4 = "AWS4-HMAC-SHA256";
    private static final DateTimeFormatter COMPACT =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT);
    private static final Pattern PORT = Pattern.compile(":[0-9]+$");

    private Ec2Signatures() {}

    /** Whether an EC2 request's signature was made with this secret. */
    public static boolean isEc2(JsonNode request, String secret) {
        String given = request.path("signature").asString("");
        String host = request.path("host").asString("");
        // Some clients sign the host without its port.
        return !given.isEmpty()
                && (matches(request, host, secret, given)
                        || matches(request, PORT.matcher(host).replaceFirst(""), secret, given));
    }

    private static boolean matches(JsonNode request, String host, String secret, String given) {
        return ec2(request, host, secret)
                .filter(expected -> ConstantTime.equal(expected, given))
                .isPresent();
    }

    /** Whether what an S3 request says to have signed was signed with this secret. */
    public static boolean isS3(byte[] signed, String given, String secret) {
        String text = new String(signed, StandardCharsets.UTF_8);
        if (!text.startsWith("AWS4")) {
            return ConstantTime.equal(base64(hmac("HmacSHA1", bytes(secret), signed)), given);
        }
        String[] lines = text.split("\n", -1);
        if (lines.length != 4 || !lines[0].equals(V4)) {
            return false;
        }
        String[] scope = lines[2].split("/", -1);
        return scope.length == 4
                && List.of("s3", "iam", "sts").contains(scope[2])
                && scope[3].equals("aws4_request")
                && ConstantTime.equal(v4(secret, scope[0], scope[1], scope[2], signed), given);
    }

    /** When a request was made, if it says so; empty texts say nothing. */
    public static Optional<String> timestamp(JsonNode request) {
        return List.of(
                        request.path("params").path("Timestamp"),
                        request.path("headers").path("X-Amz-Date"),
                        request.path("params").path("X-Amz-Date"))
                .stream()
                .map(node -> node.asString(""))
                .filter(text -> !text.isEmpty())
                .findFirst();
    }

    /** Empty for what is no time. */
    public static Optional<Instant> time(String text) {
        try {
            return Optional.of(LocalDateTime.parse(text, COMPACT).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            try {
                return Optional.of(OffsetDateTime.parse(text).toInstant());
            } catch (DateTimeException again) {
                return Optional.empty();
            }
        }
    }

    private static Optional<String> ec2(JsonNode request, String host, String secret) {
        JsonNode parameters = request.path("params");
        return switch (parameters.path("SignatureVersion").asString("")) {
            case "0" ->
                    Optional.of(
                            base64(
                                    hmac(
                                            "HmacSHA1",
                                            bytes(secret),
                                            bytes(
                                                    parameters.path("Action").asString("")
                                                            + parameters
                                                                    .path("Timestamp")
                                                                    .asString("")))));
            case "1" -> Optional.of(v1(parameters, secret));
            case "2" -> Optional.of(v2(request, host, secret));
            case "" -> v4(request, secret);
            default -> Optional.empty();
        };
    }

    private static String v1(JsonNode parameters, String secret) {
        Map<String, String> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        parameters.properties().forEach(it -> sorted.put(it.getKey(), it.getValue().asString("")));
        StringBuilder text = new StringBuilder();
        sorted.forEach((name, value) -> text.append(name).append(value));
        return base64(hmac("HmacSHA1", bytes(secret), bytes(text.toString())));
    }

    private static String v2(JsonNode request, String host, String secret) {
        Map<String, String> parameters = parameters(request);
        parameters.put("SignatureMethod", "HmacSHA256");
        String text =
                String.join(
                        "\n",
                        request.path("verb").asString(""),
                        host,
                        request.path("path").asString(""),
                        query(parameters));
        return base64(hmac("HmacSHA256", bytes(secret), bytes(text)));
    }

    private static Map<String, String> parameters(JsonNode request) {
        Map<String, String> sorted = new TreeMap<>();
        request.path("params")
                .properties()
                .forEach(it -> sorted.put(it.getKey(), it.getValue().asString("")));
        return sorted;
    }

    private static String query(Map<String, String> sorted) {
        List<String> pairs = new ArrayList<>();
        sorted.forEach((name, value) -> pairs.add(escape(name) + "=" + escape(value)));
        return String.join("&", pairs);
    }

    private static Optional<String> v4(JsonNode request, String secret) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        request.path("headers")
                .properties()
                .forEach(
                        it -> headers.put(it.getKey().strip(), it.getValue().asString("").strip()));
        String credential = parameter(request, headers, "Credential");
        String signedHeaders = parameter(request, headers, "SignedHeaders");
        String date =
                headers.getOrDefault(
                        "X-Amz-Date", request.path("params").path("X-Amz-Date").asString(""));
        String[] scope = credential.split("/", -1);
        if (scope.length != 5 || date.isEmpty() || !date.startsWith(scope[1])) {
            return Optional.empty();
        }
        StringBuilder canonicalHeaders = new StringBuilder();
        for (String name : signedHeaders.split(";")) {
            if (headers.containsKey(name)) {
                canonicalHeaders.append(name).append(':').append(headers.get(name)).append('\n');
            }
        }
        String verb = request.path("verb").asString("").toUpperCase(Locale.ROOT);
        String canonical =
                String.join(
                        "\n",
                        verb,
                        request.path("path").asString(""),
                        verb.equals("POST") ? "" : query(parameters(request)),
                        canonicalHeaders.toString(),
                        signedHeaders,
                        request.path("body_hash").asString(""));
        String text =
                String.join(
                        "\n",
                        V4,
                        date,
                        scope[1] + "/" + scope[2] + "/" + scope[3] + "/" + scope[4],
                        Digests.sha256(canonical));
        return Optional.of(v4(secret, scope[1], scope[2], scope[3], bytes(text)));
    }

    /** From the Authorization header, else from a parameter. */
    private static String parameter(JsonNode request, Map<String, String> headers, String name) {
        String authorization = headers.getOrDefault("Authorization", "");
        if (!authorization.startsWith(V4)) {
            return request.path("params").path("X-Amz-" + name).asString("");
        }
        int start = authorization.indexOf(name + "=");
        if (start < 0) {
            return "";
        }
        String rest = authorization.substring(start + name.length() + 1);
        int end = rest.indexOf(',');
        return end < 0 ? rest : rest.substring(0, end);
    }

    private static String v4(
            String secret, String day, String region, String service, byte[] text) {
        byte[] key = hmac("HmacSHA256", bytes("AWS4" + secret), bytes(day));
        key = hmac("HmacSHA256", key, bytes(region));
        key = hmac("HmacSHA256", key, bytes(service));
        key = hmac("HmacSHA256", key, bytes("aws4_request"));
        return HexFormat.of().formatHex(hmac("HmacSHA256", key, text));
    }

    private static String escape(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] hmac(String algorithm, byte[] key, byte[] text) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks " + algorithm, e);
        }
    }
}
