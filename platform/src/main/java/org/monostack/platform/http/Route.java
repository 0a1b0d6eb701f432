package org.monostack.platform.http;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One line of a service's route table: how a request is matched and which stages it passes. Filled
 * in while the service is wired, never changed once it serves.
 */
public final class Route {
    private final String method;
    private final List<String> templates;
    private final Handler handler;
    private final Optional<KeptAnswers> keptAnswers;
    private final Set<String> keptFrom;
    private boolean isKept;
    private boolean open;
    private boolean rawBody;
    private @Nullable String policy;
    private boolean policyBeforeHandler;
    private @Nullable Schema schema;
    private Supplier<List<Action>> actions = List::of;
    private int answers = 200;
    private Optional<Microversion> since = Optional.empty();
    private Optional<Microversion> until = Optional.empty();

    Route(
            String method,
            List<String> templates,
            Handler handler,
            Optional<KeptAnswers> keptAnswers,
            Set<String> keptFrom) {
        this.keptAnswers = keptAnswers;
        this.keptFrom = keptFrom;
        this.method = method;
        this.templates = List.copyOf(templates);
        this.handler = handler;
    }

    /** Needs no token. A token that is sent all the same is not looked at. */
    public Route open() {
        open = true;
        return this;
    }

    /** Checked before the handler runs, against the caller's own project and user. */
    public Route policy(String rule) {
        policy = rule;
        policyBeforeHandler = true;
        return this;
    }

    /** The handler checks this rule itself, since the target has to be read first. */
    public Route policyInHandler(String rule) {
        policy = rule;
        policyBeforeHandler = false;
        return this;
    }

    /** The JSON body must hold to this schema. */
    public Route body(Schema schema) {
        this.schema = schema;
        return this;
    }

    /** The actions that share this address, each told by the body's only key; for documents. */
    public Route actions(Supplier<List<Action>> actions) {
        this.actions = actions;
        return this;
    }

    /** The handler reads the body as a stream. */
    public Route rawBody() {
        rawBody = true;
        return this;
    }

    /** Only reads, so its answer may be kept as {@link Routes#keepAnswers} says. */
    public Route kept() {
        isKept = true;
        return this;
    }

    /** The usual status of success; for documents only. */
    public Route answers(int status) {
        answers = status;
        return this;
    }

    /** Below this microversion the route does not exist. */
    public Route since(String version) {
        since = Optional.of(Microversion.of(version));
        return this;
    }

    /** Above this microversion the route does not exist. */
    public Route until(String version) {
        until = Optional.of(Microversion.of(version));
        return this;
    }

    /** The schemas that its kept answers are made from; empty if its answers are not kept. */
    public Set<String> keptFrom() {
        return isKept ? keptFrom : Set.of();
    }

    public String method() {
        return method;
    }

    public List<String> templates() {
        return templates;
    }

    public boolean isOpen() {
        return open;
    }

    public boolean hasRawBody() {
        return rawBody;
    }

    /** The policy rule that guards the route, if one is declared. */
    public Optional<String> rule() {
        return Optional.ofNullable(policy);
    }

    public int successStatus() {
        return answers;
    }

    public Optional<Microversion> sinceVersion() {
        return since;
    }

    public Optional<Microversion> untilVersion() {
        return until;
    }

    public Optional<Schema> schema() {
        return Optional.ofNullable(schema);
    }

    /** What {@link #actions} declared, with those added since. */
    public List<Action> actions() {
        return actions.get();
    }

    /**
     * One of several actions at the same address.
     *
     * @param key the only key of its body
     */
    public record Action(
            String key,
            Optional<Schema> schema,
            Optional<Microversion> since,
            Optional<Microversion> until) {}

    boolean policyBeforeHandler() {
        return policyBeforeHandler;
    }

    Response answer(Request request) throws Exception {
        return isKept && keptAnswers.isPresent()
                ? keptAnswers.get().answer(request, handler)
                : handler.handle(request);
    }

    boolean existsIn(Microversion version) {
        return since.map(version::atLeast).orElse(true)
                && until.map(last -> last.atLeast(version)).orElse(true);
    }
}
