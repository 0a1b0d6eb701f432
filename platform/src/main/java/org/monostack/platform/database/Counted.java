package org.monostack.platform.database;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The schemas whose changes are counted, without those tables that nothing is derived from; and
 * single tables whose changes are counted besides.
 */
final class Counted {
    private final Set<String> schemas = ConcurrentHashMap.newKeySet();
    private final Set<String> tables = ConcurrentHashMap.newKeySet();
    private final Set<String> exceptions = ConcurrentHashMap.newKeySet();

    /** Counts a schema, or a table named with its schema, which is counted as well then. */
    void count(String name) {
        int dot = name.indexOf('.');
        if (dot < 0) {
            schemas.add(name);
        } else {
            tables.add(name);
            schemas.add(name.substring(0, dot));
        }
    }

    void except(String table) {
        exceptions.add(table);
    }

    boolean isEmpty() {
        return schemas.isEmpty();
    }

    /** Adds what is counted of the tables that a statement names, with or without quotes. */
    void addNamedIn(String statement, Set<String> found) {
        for (String schema : schemas) {
            for (int at = statement.indexOf(schema);
                    at >= 0;
                    at = statement.indexOf(schema, at + 1)) {
                int dot = at + schema.length();
                dot += statement.startsWith("`", dot) ? 1 : 0;
                if (statement.startsWith(".", dot)) {
                    add(schema, schema + "." + identifier(statement, dot + 1), found);
                }
            }
        }
    }

    private void add(String schema, String table, Set<String> found) {
        if (!exceptions.contains(table)) {
            found.add(schema);
            if (tables.contains(table)) {
                found.add(table);
            }
        }
    }

    private static String identifier(String statement, int from) {
        int start = statement.startsWith("`", from) ? from + 1 : from;
        int end = start;
        while (end < statement.length()
                && (Character.isLetterOrDigit(statement.charAt(end))
                        || statement.charAt(end) == '_')) {
            end++;
        }
        return statement.substring(start, end);
    }
}
