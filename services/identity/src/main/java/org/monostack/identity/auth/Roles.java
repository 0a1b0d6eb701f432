package org.monostack.identity.auth;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Implication among roles. */
public final class Roles {

    private Roles() {}

    /** These roles and all that they imply, directly or not. */
    public static Set<String> closure(
            Map<String, List<String>> implications, Collection<String> roleIds) {
        Set<String> closure = new LinkedHashSet<>(roleIds);
        Deque<String> open = new ArrayDeque<>(roleIds);
        while (!open.isEmpty()) {
            for (String implied : implications.getOrDefault(open.pop(), List.of())) {
                if (closure.add(implied)) {
                    open.push(implied);
                }
            }
        }
        return closure;
    }
}
