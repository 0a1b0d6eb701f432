package org.monostack.cloud.localconf;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses the local.conf syntax of DevStack: meta sections, and in the localrc section the part of
 * shell that sets variables and switches services. Anything else of shell (conditions, commands) is
 * refused with its line, since ignoring it would bring up another cloud than the one described.
 *
 * <p>A file without any section header is taken as a localrc as a whole, as old ones were. Not
 * thread-safe; one instance reads one text.
 */
public final class LocalConfParser {

    private static final Pattern HEADER =
            Pattern.compile("^\\s*\\[\\[\\s*([^|\\]]+?)\\s*\\|\\s*(.+?)\\s*\\]\\]\\s*(#.*)?$");
    private static final Pattern ASSIGNMENT =
            Pattern.compile("^(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)(\\+?=)");
    private static final Set<String> CALLS =
            Set.of("enable_service", "disable_service", "enable_plugin", "disable_all_services");

    private final List<String> lines;
    private final List<Statement> statements = new ArrayList<>();
    private final List<LocalConf.MetaSection> sections = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private int next;

    private LocalConfParser(String text) {
        lines = text.replace("\uFEFF", "").lines().toList();
    }

    /** Reads a whole file. Throws {@link LocalConfException} at the first line it cannot follow. */
    public static LocalConf parse(String text) {
        return new LocalConfParser(text).read();
    }

    private LocalConf read() {
        boolean sectioned = lines.stream().anyMatch(line -> HEADER.matcher(line).matches());
        if (!sectioned && lines.stream().anyMatch(line -> !isBlank(line))) {
            findings.add(new Finding(0, "no [[local|localrc]] header; read as a localrc"));
        }
        boolean inLocalrc = !sectioned;
        boolean beforeFirst = sectioned;
        while (next < lines.size()) {
            String line = lines.get(next);
            Matcher header = HEADER.matcher(line);
            if (header.matches()) {
                String phase = header.group(1).toLowerCase(Locale.ROOT);
                String file = header.group(2);
                inLocalrc = phase.equals("local") && file.equals("localrc");
                beforeFirst = false;
                next++;
                if (!inLocalrc) {
                    sections.add(section(next, phase, file));
                }
            } else if (inLocalrc) {
                if (line.stripLeading().startsWith("[[")) {
                    throw new LocalConfException(
                            next + 1, "a section header is written [[phase|file]]");
                }
                statement();
            } else {
                if (beforeFirst && !isBlank(line)) {
                    findings.add(
                            new Finding(next + 1, "stands before the first section; not read"));
                }
                next++;
            }
        }
        return new LocalConf(List.copyOf(statements), List.copyOf(sections), List.copyOf(findings));
    }

    private LocalConf.MetaSection section(int headerLine, String phase, String file) {
        int settings = 0;
        while (next < lines.size() && !HEADER.matcher(lines.get(next)).matches()) {
            if (!isBlank(lines.get(next)) && lines.get(next).contains("=")) {
                settings++;
            }
            next++;
        }
        return new LocalConf.MetaSection(headerLine, phase, file, settings);
    }

    private void statement() {
        int line = next + 1;
        String text = logicalLine();
        String trimmed = text.strip();
        if (isBlank(trimmed)) {
            return;
        }
        Matcher assignment = ASSIGNMENT.matcher(trimmed);
        if (assignment.find()) {
            boolean append = assignment.group(2).equals("+=");
            Template value = value(trimmed.substring(assignment.end()), line);
            statements.add(new Statement.Assignment(line, assignment.group(1), value, append));
            return;
        }
        String call = trimmed.split("\\s", 2)[0];
        if (!CALLS.contains(call)) {
            throw new LocalConfException(
                    line,
                    "\""
                            + shorten(trimmed)
                            + "\" is shell code, which is not run here; write NAME=value,"
                            + " enable_service, disable_service or enable_plugin");
        }
        List<String> arguments = words(trimmed.substring(call.length()), line);
        if (call.equals("disable_all_services")) {
            statements.add(new Statement.DisableAll(line));
        } else if (call.equals("enable_plugin")) {
            if (arguments.size() < 2) {
                throw new LocalConfException(
                        line,
                        "enable_plugin needs a name and a repository: enable_plugin NAME URL");
            }
            statements.add(
                    new Statement.Plugin(
                            line,
                            arguments.get(0),
                            arguments.get(1),
                            arguments.size() > 2
                                    ? Optional.of(arguments.get(2))
                                    : Optional.empty()));
        } else {
            List<String> services = new ArrayList<>();
            for (String argument : arguments) {
                for (String service : argument.split(",")) {
                    if (!service.isBlank()) {
                        services.add(service.strip());
                    }
                }
            }
            if (services.isEmpty()) {
                throw new LocalConfException(line, call + " names no service");
            }
            statements.add(
                    new Statement.ServiceSwitch(
                            line, call.equals("enable_service"), List.copyOf(services)));
        }
    }

    /** Takes lines as long as one ends with a backslash or inside quotes. */
    private String logicalLine() {
        int first = next;
        StringBuilder text = new StringBuilder(lines.get(next++));
        if (isBlank(text.toString())) {
            return text.toString();
        }
        while (true) {
            Ending ending = ending(text);
            if (ending == Ending.COMPLETE) {
                return text.toString();
            }
            if (next >= lines.size()) {
                if (ending == Ending.CONTINUED) {
                    return text.substring(0, text.length() - 1);
                }
                throw new LocalConfException(first + 1, "the quote is never closed");
            }
            if (ending == Ending.CONTINUED) {
                text.setLength(text.length() - 1);
            } else {
                text.append('\n');
            }
            text.append(lines.get(next++));
        }
    }

    private enum Ending {
        COMPLETE,
        CONTINUED,
        IN_QUOTES
    }

    private static Ending ending(CharSequence text) {
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && quote != '\'') {
                if (i == text.length() - 1) {
                    return Ending.CONTINUED;
                }
                i++;
            } else if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '#' && startsWord(text, i)) {
                return Ending.COMPLETE;
            }
        }
        return quote == 0 ? Ending.COMPLETE : Ending.IN_QUOTES;
    }

    private static boolean startsWord(CharSequence text, int at) {
        return at == 0 || Character.isWhitespace(text.charAt(at - 1));
    }

    /** One shell word: what stands right of the equals sign, up to a blank or a comment. */
    private static Template value(String text, int line) {
        ValueScanner scanner = new ValueScanner(text, line);
        Template value = scanner.word();
        String rest = text.substring(scanner.position()).strip();
        if (!rest.isEmpty() && !rest.startsWith("#")) {
            if (rest.startsWith(";")) {
                throw new LocalConfException(line, "one setting per line; take ';' away");
            }
            throw new LocalConfException(
                    line,
                    "\""
                            + shorten(rest)
                            + "\" stands after the value; quote a value that contains blanks");
        }
        return value;
    }

    private static List<String> words(String text, int line) {
        List<String> words = new ArrayList<>();
        ValueScanner scanner = new ValueScanner(text, line);
        while (scanner.skipBlanks()) {
            if (text.charAt(scanner.position()) == ';') {
                throw new LocalConfException(line, "one statement per line; take ';' away");
            }
            words.add(scanner.word().resolve(name -> Optional.of("$" + name), name -> {}));
        }
        return words;
    }

    private static boolean isBlank(String line) {
        String stripped = line.strip();
        return stripped.isEmpty() || stripped.startsWith("#");
    }

    private static String shorten(String text) {
        return text.length() <= 60 ? text : text.substring(0, 57) + "...";
    }
}
