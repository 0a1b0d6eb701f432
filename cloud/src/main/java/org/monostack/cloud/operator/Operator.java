package org.monostack.cloud.operator;

import java.nio.file.Path;
import java.util.List;
import org.monostack.cloud.engine.Supervisor;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.Authenticator;
import org.monostack.platform.http.HttpService;
import org.monostack.platform.http.RequestObserver;
import org.monostack.platform.invariant.Invariant;
import org.monostack.platform.invariant.Invariants;
import org.monostack.platform.operation.Operations;
import org.monostack.platform.telemetry.Explainer;
import org.monostack.platform.telemetry.Metrics;
import org.monostack.platform.telemetry.ProcessMetrics;
import org.monostack.platform.telemetry.RequestJournal;
import org.monostack.platform.telemetry.RequestMetrics;
import org.monostack.platform.telemetry.StoryTeller;

/** Wires what watches the cloud and what an operator asks of it. */
public final class Operator implements AutoCloseable {
    private final Database database;
    private final Operations operations;
    private final Metrics metrics;
    private final RequestJournal journal;
    private final Invariants invariants;
    private final HttpService service;

    /**
     * @param invariants of all services
     * @param tokenFile where the operator's token is left
     */
    public Operator(
            Watched watched,
            List<Invariant> invariants,
            List<StoryTeller> tellers,
            Authenticator authenticator,
            Path tokenFile) {
        this.database = watched.database();
        this.operations = watched.operations();
        this.metrics = watched.metrics();
        this.journal = new RequestJournal(database);
        this.invariants = new Invariants(invariants, Invariants.Pace.standard());
        EngineReport engines = new EngineReport(watched.supervisor(), database::healthy);
        ProcessMetrics.addTo(metrics, database, operations, journal);
        OperatorMetrics.addTo(metrics, this.invariants, engines);
        this.service =
                new OperatorApi(
                                metrics,
                                this.invariants,
                                new Explainer(database, operations, tellers),
                                engines)
                        .service(OperatorToken.make(tokenFile, authenticator));
    }

    /** What is watched. */
    public record Watched(
            Database database, Operations operations, Supervisor supervisor, Metrics metrics) {}

    /** Who is told of every request. */
    public RequestObserver requests() {
        return new RequestMetrics(metrics).and(journal);
    }

    public HttpService httpService() {
        return service;
    }

    /** Begins to write the journal and to look at the invariants. */
    public void start() {
        journal.start();
        invariants.start();
    }

    @Override
    public void close() {
        invariants.close();
        journal.close();
    }
}
