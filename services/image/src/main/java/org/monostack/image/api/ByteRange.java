package org.monostack.image.api;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;

/**
 * The part of a content that a client wants, both ends included. Asked for by Range, or, as Glance
 * has always allowed, by a Content-Range header in the request.
 */
record ByteRange(long first, long last) {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");
    private static final Pattern CONTENT_RANGE =
            Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");

    long length() {
        return last - first + 1;
    }

    String header(long size) {
        return "bytes " + first + "-" + last + "/" + size;
    }

    /** The part that a request asks for, if it asks for one; 416 if there is no such part. */
    static Optional<ByteRange> of(Request request, long size) {
        Optional<String> range = request.header("Range");
        if (range.isPresent()) {
            return Optional.of(range(range.get().strip(), size));
        }
        Optional<String> contentRange = request.header("Content-Range");
        if (contentRange.isPresent()) {
            return Optional.of(contentRange(contentRange.get().strip(), size));
        }
        return Optional.empty();
    }

    private static ByteRange range(String text, long size) {
        Matcher matcher = RANGE.matcher(text);
        if (!matcher.matches() || matcher.group(1).isEmpty() && matcher.group(2).isEmpty()) {
            throw unsatisfiable(text, size);
        }
        if (matcher.group(1).isEmpty()) {
            long wanted = Long.parseLong(matcher.group(2));
            return checked(text, Math.max(0, size - wanted), size - 1, size);
        }
        long first = Long.parseLong(matcher.group(1));
        long last = matcher.group(2).isEmpty() ? size - 1 : Long.parseLong(matcher.group(2));
        return checked(text, first, Math.min(last, size - 1), size);
    }

    private static ByteRange contentRange(String text, long size) {
        Matcher matcher = CONTENT_RANGE.matcher(text);
        if (!matcher.matches()) {
            throw unsatisfiable(text, size);
        }
        long last = Long.parseLong(matcher.group(2));
        if (last >= size) {
            throw unsatisfiable(text, size);
        }
        return checked(text, Long.parseLong(matcher.group(1)), last, size);
    }

    private static ByteRange checked(String text, long first, long last, long size) {
        if (first > last || first >= size) {
            throw unsatisfiable(text, size);
        }
        return new ByteRange(first, last);
    }

    private static ApiException unsatisfiable(String text, long size) {
        return ApiException.of(
                        416, "The byte range passed in the request cannot be satisfied: " + text)
                .header("Content-Range", "bytes */" + size);
    }
}
