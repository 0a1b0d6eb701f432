package org.monostack.cloud.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.monostack.platform.http.AddressRange;

/**
 * How the text of a variable becomes a value.
 *
 * @param description what a value looks like, for documentation
 * @param reader throws {@link IllegalArgumentException} with the reason when the text is wrong
 */
record ValueType<T>(String description, Function<String, T> reader) {

    static final ValueType<String> TEXT = new ValueType<>("text", text -> text);

    static final ValueType<String> WORD =
            new ValueType<>("a word", text -> require(text, "[A-Za-z0-9._-]+", "a word"));

    static final ValueType<String> SECRET =
            new ValueType<>(
                    "a password",
                    text -> {
                        if (text.isEmpty() || text.chars().anyMatch(c -> c < 32)) {
                            throw new IllegalArgumentException("is not a usable password");
                        }
                        return text;
                    });

    static final ValueType<Boolean> BOOLEAN =
            new ValueType<>(
                    "True or False",
                    text ->
                            switch (text.toLowerCase(Locale.ROOT)) {
                                case "true", "yes", "y", "1", "on" -> true;
                                case "false", "no", "n", "0", "off" -> false;
                                default ->
                                        throw new IllegalArgumentException(
                                                "is neither True nor False");
                            });

    static final ValueType<Integer> PORT = integer(1, 65535);

    static final ValueType<Integer> COUNT = integer(0, Integer.MAX_VALUE);

    /** As many as two centuries: dates stay within what the database knows. */
    static final ValueType<Integer> DAYS = integer(0, 73_000);

    static final ValueType<String> REGEX =
            new ValueType<>(
                    "a regular expression",
                    text -> {
                        try {
                            return Pattern.compile(text).pattern();
                        } catch (PatternSyntaxException e) {
                            throw new IllegalArgumentException(
                                    "is not a regular expression: " + e.getDescription());
                        }
                    });

    static final ValueType<Ipv4> ADDRESS = new ValueType<>("an IPv4 address", Ipv4::parse);

    static final ValueType<Ipv4.Range> CIDR =
            new ValueType<>("an IPv4 range such as 10.0.0.0/24", Ipv4.Range::parse);

    static final ValueType<Ipv4.Pool> POOL =
            new ValueType<>("start=ADDRESS,end=ADDRESS", Ipv4.Pool::parse);

    static final ValueType<String> PATH =
            new ValueType<>("an absolute path", text -> require(text, "/.*", "an absolute path"));

    /** The kernel's own limit for names of network devices is 15 bytes. */
    static final ValueType<String> INTERFACE =
            new ValueType<>(
                    "a network interface",
                    text ->
                            require(
                                    text,
                                    "[A-Za-z0-9._@-]{1,15}",
                                    "a network interface's name (1 to 15 letters)"));

    static final ValueType<List<String>> URLS =
            new ValueType<>(
                    "URLs, separated by commas",
                    text -> {
                        List<String> urls = new ArrayList<>();
                        for (String url : text.split("[,\\s]+")) {
                            if (!url.isEmpty()) {
                                urls.add(
                                        require(
                                                url,
                                                "(https?|file)://?[^\\s]+",
                                                "an http, https or file URL"));
                            }
                        }
                        return List.copyOf(urls);
                    });

    static final ValueType<Map<String, String>> BRIDGE_MAPPINGS =
            new ValueType<>(
                    "NETWORK:BRIDGE pairs, separated by commas",
                    text -> {
                        Map<String, String> mappings = new LinkedHashMap<>();
                        for (String pair : text.split(",")) {
                            String[] halves = pair.strip().split(":", -1);
                            if (halves.length != 2 || halves[0].isBlank() || halves[1].isBlank()) {
                                throw new IllegalArgumentException(
                                        "is not a list of NETWORK:BRIDGE pairs");
                            }
                            mappings.put(
                                    halves[0].strip(), INTERFACE.reader().apply(halves[1].strip()));
                        }
                        return Map.copyOf(mappings);
                    });

    static final ValueType<List<String>> NAMES =
            new ValueType<>(
                    "names, separated by commas",
                    text ->
                            Arrays.stream(text.split("[,\\s]+"))
                                    .filter(name -> !name.isEmpty())
                                    .toList());

    static final ValueType<List<AddressRange>> ADDRESSES =
            new ValueType<>(
                    "addresses and networks, separated by commas",
                    text -> NAMES.reader().apply(text).stream().map(AddressRange::parse).toList());

    /** Some of a few words; upper and lower case are the same. */
    static ValueType<List<String>> choices(String... words) {
        ValueType<String> one = choice(words);
        return new ValueType<>(
                "some of " + String.join(", ", words) + ", separated by commas",
                text -> NAMES.reader().apply(text).stream().map(one.reader()).toList());
    }

    static ValueType<Integer> integer(int least, int most) {
        return new ValueType<>(
                "a number from " + least + " to " + most,
                text -> {
                    try {
                        int value = Integer.parseInt(text.strip());
                        if (value >= least && value <= most) {
                            return value;
                        }
                    } catch (NumberFormatException e) {
                        // Falls through to the same reason as a number out of range.
                    }
                    throw new IllegalArgumentException(
                            "is not a number from " + least + " to " + most);
                });
    }

    /** One of a few words; upper and lower case are the same. */
    static ValueType<String> choice(String... words) {
        List<String> choices = List.of(words);
        return new ValueType<>(
                "one of " + String.join(", ", choices),
                text -> {
                    String word = text.toLowerCase(Locale.ROOT);
                    if (!choices.contains(word)) {
                        throw new IllegalArgumentException(
                                "is not one of " + String.join(", ", choices));
                    }
                    return word;
                });
    }

    private static String require(String text, String pattern, String what) {
        if (!text.matches(pattern)) {
            throw new IllegalArgumentException("is not " + what);
        }
        return text;
    }
}
