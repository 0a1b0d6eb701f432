package org.monostack.platform.http;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which microversions a service answers, and how a client asks for one (the API-SIG microversion
 * guideline).
 *
 * @param serviceType the word in {@code OpenStack-API-Version: compute 2.93}
 * @param legacyHeader an older header that carries the bare version, if the service has one
 */
public record MicroversionRange(
        String serviceType, Optional<String> legacyHeader, Microversion min, Microversion max) {

    static final String HEADER = "OpenStack-API-Version";

    /** The version a request asks for: the minimum when it says nothing. 400 or 406 if bad. */
    Microversion negotiate(Request request) {
        String wanted = null;
        if (legacyHeader.isPresent()) {
            wanted = request.header(legacyHeader.get()).orElse(null);
        }
        List<String> values = request.headers(HEADER);
        for (String value : values) {
            for (String item : value.split(",")) {
                String[] words = item.strip().split("\\s+");
                if (words.length == 2 && words[0].toLowerCase(Locale.ROOT).equals(serviceType)) {
                    wanted = words[1];
                } else if (words.length == 1
                        && words[0].toLowerCase(Locale.ROOT).equals(serviceType)) {
                    throw ApiException.badRequest("API Version String is missing: " + item + ".");
                }
            }
        }
        if (wanted == null) {
            return min;
        }
        String text = wanted.strip();
        if (text.toLowerCase(Locale.ROOT).equals("latest")) {
            return max;
        }
        Microversion version =
                Microversion.parse(text)
                        .orElseThrow(() ->
                                ApiException.badRequest(
                                                "API Version String "
                                                        + text
                                                        + " is of invalid format. Must"
                                                        + " be of format"
                                                        + " MajorNum.MinorNum.")
                                        .type("InvalidAPIVersionString"));
        if (version.compareTo(min) < 0 || version.compareTo(max) > 0) {
            throw ApiException.notAcceptable(
                            "Version "
                                    + version
                                    + " is not supported by the API. Minimum is "
                                    + min
                                    + " and maximum is "
                                    + max
                                    + ".")
                    .type("InvalidGlobalAPIVersion");
        }
        return version;
    }

    /** Adds the headers that say which version answered. */
    Response describe(Response response, Microversion version) {
        Response described = response.header(HEADER, serviceType + " " + version).addVary(HEADER);
        if (legacyHeader.isPresent()) {
            described =
                    described
                            .header(legacyHeader.get(), version.toString())
                            .addVary(legacyHeader.get());
        }
        return described;
    }
}
