package org.monostack.identity.federation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The two habits of Python that Keystone's mapping language has: {@code '{0} {1}'.format(...)}, and
 * lists written as texts such as {@code ['a', 'b']}. Stateless.
 */
final class PythonText {

    private PythonText() {}

    /** The template names a place that has no value, or is none. */
    static final class BadTemplate extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BadTemplate(String template) {
            super("the template " + template + " names a value that there is not");
        }
    }

    /**
     * Puts values in the places of a template; several values in one place are written as a list.
     *
     * @throws BadTemplate if there is no such place, or a brace is not closed
     */
    static String format(String template, List<List<String>> values) {
        StringBuilder out = new StringBuilder();
        int automatic = 0;
        int at = 0;
        while (at < template.length()) {
            char c = template.charAt(at);
            if ((c == '{' || c == '}') && template.startsWith(String.valueOf(c).repeat(2), at)) {
                out.append(c);
                at += 2;
            } else if (c == '{') {
                int end = template.indexOf('}', at);
                if (end < 0) {
                    throw new BadTemplate(template);
                }
                String place = template.substring(at + 1, end);
                out.append(value(template, place.isEmpty() ? "" + automatic++ : place, values));
                at = end + 1;
            } else if (c == '}') {
                throw new BadTemplate(template);
            } else {
                out.append(c);
                at++;
            }
        }
        return out.toString();
    }

    private static String value(String template, String place, List<List<String>> values) {
        if (!place.matches("[0-9]{1,4}") || Integer.parseInt(place) >= values.size()) {
            throw new BadTemplate(template);
        }
        List<String> value = values.get(Integer.parseInt(place));
        return value.size() == 1 ? value.getFirst() : list(value);
    }

    /** Texts as Python writes a list of them. */
    static String list(List<String> texts) {
        return texts.stream().map(PythonText::quoted).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String quoted(String text) {
        char quote = text.contains("'") && !text.contains("\"") ? '"' : '\'';
        StringBuilder out = new StringBuilder().append(quote);
        for (char c : text.toCharArray()) {
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\\' -> out.append("\\\\");
                default -> {
                    if (c == quote) {
                        out.append('\\');
                    }
                    out.append(c);
                }
            }
        }
        return out.append(quote).toString();
    }

    /** The texts of a list that is written in Python; a text that is none stands for itself. */
    static List<String> texts(String text) {
        return new ListReader(text.strip()).read().orElse(List.of(text));
    }

    private static final class ListReader {
        private final String text;
        private int at = 1;

        ListReader(String text) {
            this.text = text;
        }

        Optional<List<String>> read() {
            if (!text.startsWith("[") || !text.endsWith("]")) {
                return Optional.empty();
            }
            List<String> texts = new ArrayList<>();
            skipBlanks();
            while (at < text.length() - 1) {
                Optional<String> next = literal();
                if (next.isEmpty()) {
                    return Optional.empty();
                }
                texts.add(next.get());
                skipBlanks();
                if (at < text.length() - 1 && text.charAt(at++) != ',') {
                    return Optional.empty();
                }
                skipBlanks();
            }
            return at == text.length() - 1 ? Optional.of(texts) : Optional.empty();
        }

        private void skipBlanks() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
        }

        /** Empty if there is no text between quotes here. */
        private Optional<String> literal() {
            char quote = text.charAt(at);
            if (quote != '\'' && quote != '"') {
                return Optional.empty();
            }
            StringBuilder out = new StringBuilder();
            for (at++; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == quote) {
                    at++;
                    return Optional.of(out.toString());
                }
                if (c == '\\' && at + 1 < text.length()) {
                    at++;
                    out.append(
                            switch (text.charAt(at)) {
                                case 'n' -> "\n";
                                case 'r' -> "\r";
                                case 't' -> "\t";
                                case '\\' -> "\\";
                                case '\'' -> "'";
                                case '"' -> "\"";
                                default -> "\\" + text.charAt(at);
                            });
                } else {
                    out.append(c);
                }
            }
            return Optional.empty();
        }
    }
}
