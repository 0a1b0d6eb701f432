package org.monostack.platform.telemetry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.operation.OperationEvent;
import org.monostack.platform.operation.OperationRecord;
import org.monostack.platform.operation.Operations;

/**
 * Tells the story of a request, a resource or an operation from what is kept anyway: the journal,
 * the operations with the runs of their steps, and notes. Reads only.
 */
public final class Explainer {
    /** Beyond that many, the oldest are not told. */
    private static final int MOST_ENTRIES = 500;

    private final Database database;
    private final Operations operations;
    private final List<StoryTeller> tellers;
    private final RequestStore requests = new RequestStore();

    public Explainer(Database database, Operations operations, List<StoryTeller> tellers) {
        this.database = database;
        this.operations = operations;
        this.tellers = List.copyOf(tellers);
    }

    /** Empty when nobody has ever heard of the id. */
    public Optional<Story> explain(String id) {
        return database.reading(tx -> explain(tx, id));
    }

    private Optional<Story> explain(Transaction tx, String id) {
        Map<String, StoryTeller.Subject> subjects = new LinkedHashMap<>();
        Set<String> ids = new LinkedHashSet<>();
        ids.add(id);
        describe(tx, id, subjects).ifPresent(subject -> ids.addAll(subject.part()));

        Map<String, JournaledRequest> asked = new LinkedHashMap<>();
        Map<String, OperationRecord> done = new LinkedHashMap<>();
        requests.about(tx, ids).forEach(request -> asked.put(request.id(), request));
        operations.about(tx, ids).forEach(operation -> done.put(operation.id(), operation));
        // A request leads to its operations, and an operation to its request.
        Set<String> wider = new LinkedHashSet<>(asked.keySet());
        done.values().forEach(operation -> wider.add(operation.requestId()));
        wider.removeAll(ids);
        if (!wider.isEmpty()) {
            requests.about(tx, wider).forEach(request -> asked.put(request.id(), request));
            operations.about(tx, wider).forEach(operation -> done.put(operation.id(), operation));
        }
        Set<String> noted = new LinkedHashSet<>(ids);
        noted.addAll(wider);
        List<Notes.Note> notes = Notes.about(tx, noted);

        ids.forEach(each -> describe(tx, each, subjects));
        boolean aboutRequest =
                asked.containsKey(id) || done.containsKey(id) || id.startsWith("req-");
        if (aboutRequest) {
            done.values().forEach(operation -> describe(tx, operation.resourceId(), subjects));
            asked.values()
                    .forEach(request ->
                            request.resources().forEach(each -> describe(tx, each, subjects)));
        }
        List<Story.Entry> entries = new ArrayList<>();
        asked.values().forEach(request -> tell(request, entries));
        done.values().forEach(operation -> tell(operation, entries));
        notes.forEach(note -> tell(note, entries));
        if (entries.isEmpty() && subjects.isEmpty()) {
            return Optional.empty();
        }
        entries.sort(Comparator.comparing(Story.Entry::at));
        List<Story.Entry> told =
                entries.size() <= MOST_ENTRIES
                        ? entries
                        : entries.subList(entries.size() - MOST_ENTRIES, entries.size());
        return Optional.of(new Story(id, List.copyOf(subjects.values()), List.copyOf(told)));
    }

    private Optional<StoryTeller.Subject> describe(
            Transaction tx, String id, Map<String, StoryTeller.Subject> subjects) {
        StoryTeller.Subject known = subjects.get(id);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<StoryTeller.Subject> found =
                tellers.stream()
                        .map(teller -> teller.tell(tx, id))
                        .flatMap(Optional::stream)
                        .findFirst();
        found.ifPresent(subject -> subjects.put(id, subject));
        return found;
    }

    private static void tell(JournaledRequest request, List<Story.Entry> entries) {
        boolean failed = request.status() >= 400;
        StringBuilder words = new StringBuilder();
        words.append(request.service())
                .append(' ')
                .append(request.method())
                .append(' ')
                .append(request.path())
                .append(" by ")
                .append(request.userName())
                .append(" (user ")
                .append(request.userId());
        request.projectId().ifPresent(project -> words.append(", project ").append(project));
        words.append(") from ").append(request.remoteAddress());
        request.globalId().ifPresent(global -> words.append(", on behalf of ").append(global));
        words.append(": ").append(request.status());
        request.failure().ifPresent(why -> words.append(": ").append(why));
        entries.add(
                new Story.Entry(
                        request.startedAt(),
                        Story.Kind.REQUEST,
                        request.id(),
                        words.toString(),
                        Optional.of(request.took()),
                        failed));
        request.verdicts().stream()
                .flatMap(String::lines)
                .forEach(line ->
                        entries.add(
                                new Story.Entry(
                                        request.startedAt(),
                                        Story.Kind.POLICY,
                                        request.id(),
                                        line,
                                        Optional.empty(),
                                        line.startsWith("refused"))));
    }

    private static void tell(OperationRecord operation, List<Story.Entry> entries) {
        entries.add(
                new Story.Entry(
                        operation.createdAt(),
                        Story.Kind.OPERATION,
                        operation.id(),
                        operation.kind()
                                + " of "
                                + operation.resourceType()
                                + " "
                                + operation.resourceId()
                                + " accepted (request "
                                + operation.requestId()
                                + ")",
                        Optional.empty(),
                        false));
        for (OperationEvent event : operation.events()) {
            entries.add(
                    new Story.Entry(
                            event.startedAt(),
                            Story.Kind.STEP,
                            operation.id(),
                            (event.undo() ? "undoing " : "")
                                    + event.step()
                                    + ": "
                                    + event.result()
                                    + event.detail().map(detail -> ": " + detail).orElse(""),
                            Optional.of(Duration.between(event.startedAt(), event.finishedAt())),
                            event.result().equals("Error")));
        }
        boolean failed = operation.state() == OperationRecord.State.FAILED;
        operation
                .finishedAt()
                .ifPresent(at ->
                        entries.add(
                                new Story.Entry(
                                        at,
                                        Story.Kind.END,
                                        operation.id(),
                                        operation.kind()
                                                + (failed ? " failed" : " succeeded")
                                                + operation
                                                        .failure()
                                                        .map(why -> ": " + why)
                                                        .orElse(""),
                                        Optional.of(Duration.between(operation.createdAt(), at)),
                                        failed)));
    }

    private static void tell(Notes.Note note, List<Story.Entry> entries) {
        entries.add(
                new Story.Entry(
                        note.writtenAt(),
                        Story.Kind.NOTE,
                        note.resourceId(),
                        note.author() + ": " + note.content(),
                        Optional.empty(),
                        false));
    }
}
