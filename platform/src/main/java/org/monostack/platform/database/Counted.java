package org.monostack.platform.database;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The schemas whose changes are counted, without those tables that nothing is derived from. */
final class Counted {
    private final Set<String> schemas = ConcurrentHashMap.newKeySet();
    private final Set<String> exceptions = ConcurrentHashMap.newKeySet();

    void count(String schema) {
        schemas.add(schema);
    }

    void except(String table) {
        exceptions.add(table);
    }

    boolean isEmpty() {
        return schemas.isEmpty();
    }

    /** Adds the schemas of the tables that a statement names, with or without quotes. */
    void addNamedIn(String statement, Set<String> found) {
        for (String schema : schemas) {
            for (int at = statement.indexOf(schema);
                    at >= 0 && !found.contains(schema);
                    at = statement.indexOf(schema, at + 1)) {
                int dot = at + schema.length();
                dot += statement.startsWith("`", dot) ? 1 : 0;
                if (statement.startsWith(".", dot)
                        && !exceptions.contains(schema + "." + identifier(statement, dot + 1))) {
                    found.add(schema);
                }
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
