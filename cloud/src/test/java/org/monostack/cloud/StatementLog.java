package org.monostack.cloud;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.monostack.platform.database.Database;

/**
 * What a MariaDB server was asked while something ran, told by the server itself, so that no way to
 * it is overlooked. Switches the general log of the whole server: for a database of one's own, and
 * one thing at a time.
 */
final class StatementLog {
    private static final Pattern LITERAL = Pattern.compile("'(?:[^'\\\\]|\\\\.|'')*'");
    private static final Pattern QUALIFIED = Pattern.compile("\\b([a-z_]+)\\.([a-z0-9_]+)");

    private final Database database;
    private final Set<String> tables;

    /** Knows the tables that are there now. */
    StatementLog(Database database) {
        this.database = database;
        this.tables =
                database.reading(tx ->
                        tx
                                .sql()
                                .fetch(
                                        "select concat(table_schema, '.', table_name)"
                                                + " from information_schema.tables")
                                .stream()
                                .map(row -> row.get(0, String.class))
                                .collect(Collectors.toUnmodifiableSet()));
        execute("set global log_output = 'TABLE'");
    }

    /** The statements of whoever asked the server while this ran, in order. */
    List<String> during(Runnable work) {
        execute("truncate mysql.general_log");
        execute("set global general_log = on");
        try {
            work.run();
        } finally {
            execute("set global general_log = off");
        }
        return database.reading(tx ->
                tx
                        .sql()
                        .fetch(
                                "select argument from mysql.general_log where command_type in"
                                        + " ('Query', 'Execute')")
                        .stream()
                        .map(row -> row.get(0, String.class))
                        .filter(statement -> !statement.contains("global general_log"))
                        .toList());
    }

    /** The tables that these statements name, each with its schema. */
    Set<String> tables(List<String> statements) {
        Set<String> named = new TreeSet<>();
        for (String statement : statements) {
            Matcher found =
                    QUALIFIED.matcher(LITERAL.matcher(statement).replaceAll("''").replace("`", ""));
            while (found.find()) {
                if (tables.contains(found.group())) {
                    named.add(found.group());
                }
            }
        }
        return named;
    }

    private void execute(String statement) {
        database.run(tx -> tx.sql().execute(statement));
    }
}
