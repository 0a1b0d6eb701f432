package org.monostack.cloud.localconf;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Splits shell words with quotes, escapes and variable references. Used by the parser only. */
final class ValueScanner {

    private final String text;
    private final int line;
    private int at;

    ValueScanner(String text, int line) {
        this.text = text;
        this.line = line;
    }

    int position() {
        return at;
    }

    /** Moves to the next word; false at the end of the text or at a comment. */
    boolean skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at < text.length() && text.charAt(at) != '#';
    }

    /** Reads one word, which ends at a blank or a semicolon outside quotes. */
    Template word() {
        List<Template.Part> parts = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c) || c == ';') {
                break;
            }
            switch (c) {
                case '\'' -> {
                    int close = text.indexOf('\'', at + 1);
                    if (close < 0) {
                        throw unclosed();
                    }
                    literal.append(text, at + 1, close);
                    at = close + 1;
                }
                case '"' -> {
                    at++;
                    doubleQuoted(parts, literal);
                }
                case '\\' -> {
                    if (at + 1 < text.length()) {
                        literal.append(text.charAt(at + 1));
                    }
                    at += 2;
                }
                case '$' -> reference(parts, literal);
                case '`' -> throw commandSubstitution();
                case '(', ')', '&', '|', '<', '>' ->
                        throw new LocalConfException(
                                line, "'" + c + "' is shell code here; quote the value");
                default -> {
                    literal.append(c);
                    at++;
                }
            }
        }
        flush(parts, literal);
        at = Math.min(at, text.length());
        return new Template(List.copyOf(parts));
    }

    private void doubleQuoted(List<Template.Part> parts, StringBuilder literal) {
        while (at < text.length()) {
            char c = text.charAt(at);
            switch (c) {
                case '"' -> {
                    at++;
                    return;
                }
                case '\\' -> {
                    char following = at + 1 < text.length() ? text.charAt(at + 1) : '\\';
                    // Inside double quotes a backslash only escapes what is special there.
                    if ("\"\\$`".indexOf(following) < 0) {
                        literal.append('\\');
                    }
                    literal.append(following);
                    at += 2;
                }
                case '$' -> reference(parts, literal);
                case '`' -> throw commandSubstitution();
                default -> {
                    literal.append(c);
                    at++;
                }
            }
        }
        throw unclosed();
    }

    private void reference(List<Template.Part> parts, StringBuilder literal) {
        if (text.startsWith("$(", at)) {
            throw commandSubstitution();
        }
        if (text.startsWith("${", at)) {
            int close = closingBrace(at + 2);
            String inner = text.substring(at + 2, close);
            int nameEnd = nameEnd(inner, 0);
            String name = inner.substring(0, nameEnd);
            String rest = inner.substring(nameEnd);
            Optional<Template> fallback = Optional.empty();
            if (rest.startsWith(":-")) {
                fallback = Optional.of(fallback(rest.substring(2)));
            } else if (rest.startsWith("-")) {
                fallback = Optional.of(fallback(rest.substring(1)));
            } else if (!rest.isEmpty()) {
                throw new LocalConfException(
                        line,
                        "${" + inner + "}: only ${NAME} and ${NAME:-value} are understood here");
            }
            if (name.isEmpty()) {
                throw new LocalConfException(line, "${" + inner + "} names no variable");
            }
            flush(parts, literal);
            parts.add(new Template.Reference(name, fallback));
            at = close + 1;
            return;
        }
        int end = nameEnd(text, at + 1);
        if (end == at + 1) {
            literal.append('$');
            at++;
            return;
        }
        flush(parts, literal);
        parts.add(new Template.Reference(text.substring(at + 1, end), Optional.empty()));
        at = end;
    }

    private Template fallback(String inner) {
        ValueScanner scanner = new ValueScanner('"' + inner.replace("\"", "") + '"', line);
        return scanner.word();
    }

    private int closingBrace(int from) {
        int depth = 1;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '{' && text.charAt(i - 1) == '$') {
                depth++;
            } else if (c == '}' && --depth == 0) {
                return i;
            }
        }
        throw new LocalConfException(line, "${ is never closed");
    }

    private static int nameEnd(String text, int from) {
        int end = from;
        while (end < text.length()
                && (text.charAt(end) == '_'
                        || (text.charAt(end) < 128
                                && Character.isLetterOrDigit(text.charAt(end))))) {
            end++;
        }
        return end > from && Character.isDigit(text.charAt(from)) ? from : end;
    }

    private static void flush(List<Template.Part> parts, StringBuilder literal) {
        if (!literal.isEmpty()) {
            parts.add(new Template.Text(literal.toString()));
            literal.setLength(0);
        }
    }

    private LocalConfException unclosed() {
        return new LocalConfException(line, "the quote is never closed");
    }

    private LocalConfException commandSubstitution() {
        return new LocalConfException(
                line, "command substitution is not run here; write the value itself");
    }
}
