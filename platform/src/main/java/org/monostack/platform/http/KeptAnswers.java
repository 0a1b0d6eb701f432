package org.monostack.platform.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.monostack.platform.database.ChangeCount;
import org.monostack.platform.database.Database;

/**
 * Answers of requests that only read, kept for as long as nothing changes that they were made from.
 * Clients that look at the same list again and again get it without its queries.
 *
 * <p>An answer is given again only to the same address, in the same microversion, for a caller with
 * the same user, scope and roles, and only at the same {@link ChangeCount}: so whatever was
 * committed before the request is in its answer, whichever process committed it. An answer that
 * depends on what is elsewhere (such as a directory) says {@link Request#answerPasses}. Bounded by
 * bytes; what was not asked for longest goes first. Thread-safe.
 */
final class KeptAnswers {
    /** Of all answers together; half of it for one. */
    private static final int MOST_BYTES = 8 << 20;

    /** A state that depends on the clock, such as a silent host's, shows up after this at most. */
    private static final long MOST_NANOS = 10_000_000_000L;

    private final Database database;
    private final ChangeCount changes;
    private final Map<Asked, Kept> answers = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /**
     * @param changes those of all that the answers are made from
     */
    KeptAnswers(Database database, ChangeCount changes) {
        this.database = database;
        this.changes = changes;
    }

    private record Asked(
            String url,
            Optional<Microversion> version,
            String user,
            Optional<String> project,
            Optional<String> domain,
            boolean system,
            Set<String> roles) {}

    private record Kept(long count, long since, Response answer, int size) {}

    /** What is kept for this request, or else what the handler answers. */
    Response answer(Request request, Handler handler) throws Exception {
        Caller caller = request.caller();
        Asked asked =
                new Asked(
                        request.url(),
                        request.optionalMicroversion(),
                        caller.userId(),
                        caller.projectId(),
                        caller.domainId(),
                        caller.systemScope(),
                        caller.roles());
        long count = database.reading(changes::at);
        Optional<Response> known = find(asked, count);
        if (known.isPresent()) {
            return known.get();
        }
        Response answer = handler.handle(request);
        if (answer.status() == 200 && !request.passes()) {
            answer.content().ifPresent(content -> keep(asked, count, answer, content.length));
        }
        return answer;
    }

    private synchronized Optional<Response> find(Asked asked, long count) {
        @Nullable Kept kept = answers.get(asked);
        return kept != null
                        && kept.count() == count
                        && System.nanoTime() - kept.since() < MOST_NANOS
                ? Optional.of(kept.answer())
                : Optional.empty();
    }

    private synchronized void keep(Asked asked, long count, Response answer, int length) {
        int size = length + 1_000;
        if (size > MOST_BYTES / 2) {
            return;
        }
        @Nullable Kept before =
                answers.put(asked, new Kept(count, System.nanoTime(), answer, size));
        bytes += size - (before == null ? 0 : before.size());
        var eldest = answers.values().iterator();
        while (bytes > MOST_BYTES) {
            bytes -= eldest.next().size();
            eldest.remove();
        }
    }
}
