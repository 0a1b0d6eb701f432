package org.monostack.simulation;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.monostack.compute.spi.HypervisorException;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.operation.Failure;
import org.monostack.platform.operation.OperationConfig;
import org.monostack.platform.operation.OperationFailed;
import org.monostack.platform.operation.OperationKind;
import org.monostack.platform.operation.Operations;
import org.monostack.platform.operation.Outcome;
import org.monostack.platform.operation.Step;
import org.monostack.simulation.Things.Job;
import org.monostack.simulation.Things.Part;

/** A process that does nothing but operations on {@link Things}. */
final class EngineProcess extends SimulatedProcess {
    private static final String ROW = "row";

    private final Faults faults;
    private final Things things;
    private final Flaws flaws;
    private final Database database;
    private final Operations operations;
    private final OperationKind<Job> making = new Kind("simulation.make", true);
    private final OperationKind<Job> removing = new Kind("simulation.remove", false);

    EngineProcess(
            String name,
            Scheduler scheduler,
            Faults faults,
            Things things,
            Flaws flaws,
            Database database) {
        super(name, scheduler);
        this.faults = faults;
        this.things = things;
        this.flaws = flaws;
        this.database = database.observedBy(faults.transactions(this));
        this.operations =
                new Operations(
                        this.database,
                        new OperationConfig(
                                name, 16, Duration.ofSeconds(8), Duration.ofSeconds(3), 6),
                        new SimulatedThreads(scheduler, this));
        operations.register(making);
        operations.register(removing);
    }

    @Override
    void start() {
        operations.start();
    }

    /** Asks for a thing, within what is there: whatever happens, it is counted or it is not. */
    void make(Job job) {
        database.run(tx -> {
            tx.sql()
                    .execute(
                            "insert into simulation.thing (id, trail) values (?, 'making')",
                            job.thing());
            use(tx, 1);
            submit(tx, making, job);
        });
    }

    void remove(Job job) {
        database.run(tx -> {
            int found =
                    tx.sql()
                            .execute(
                                    "update simulation.thing set trail = concat(trail, ' removing')"
                                            + " where id = ? and trail = 'making made'",
                                    job.thing());
            if (found == 1) {
                submit(tx, removing, job);
            }
        });
    }

    private void submit(Transaction tx, OperationKind<Job> kind, Job job) {
        String request = "req-" + job.thing();
        if (job.number() == 1) {
            operations.submitFirst(tx, kind, ROW, job.row(), job, request);
        } else {
            operations.submit(tx, kind, ROW, job.row(), job, request);
        }
    }

    private static void use(Transaction tx, int more) {
        tx.sql().execute("update simulation.thing_use set used = used + ?", more);
    }

    private static void become(Transaction tx, Job job, String state) {
        tx.sql()
                .execute(
                        "update simulation.thing set trail = concat(trail, ' ', ?) where id = ?",
                        state,
                        job.thing());
    }

    /** Makes a thing's parts from the bottom, or removes them from the top. */
    private final class Kind implements OperationKind<Job> {
        private final String name;
        private final boolean make;

        Kind(String name, boolean make) {
            this.name = name;
            this.make = make;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Class<Job> payloadType() {
            return Job.class;
        }

        @Override
        public List<Step<Job>> steps() {
            Stream<Part> parts = Arrays.stream(Part.values());
            return make
                    ? parts.map(part ->
                                    Step.<Job>of("make " + part, (job, context) -> make(job, part))
                                            .undoneBy((job, context) -> remove(job, part)))
                            .toList()
                    : parts.sorted((a, b) -> b.compareTo(a))
                            .map(part ->
                                    Step.<Job>of(
                                            "remove " + part, (job, context) -> remove(job, part)))
                            .toList();
        }

        private Outcome make(Job job, Part part) {
            if (part == Part.ROOF && !things.dry(job)) {
                return Outcome.again(Duration.ofMillis(300));
            }
            try {
                faults.hypervisor(
                        "make the " + part + " of " + job.thing(),
                        () -> {
                            if (flaws.actsTwice() || !things.has(job.thing(), part)) {
                                things.make(job, part);
                            }
                        });
            } catch (HypervisorException e) {
                if (e.worthRetrying()) {
                    throw e;
                }
                throw new OperationFailed(String.valueOf(e.getMessage()), e);
            }
            return Outcome.done();
        }

        private Outcome remove(Job job, Part part) {
            faults.hypervisor(
                    "remove the " + part + " of " + job.thing(),
                    () -> {
                        if (!make || !flaws.leavesTraces()) {
                            things.remove(job, part);
                        }
                    });
            return Outcome.done();
        }

        @Override
        public void succeeded(Transaction tx, Job job) {
            become(tx, job, make ? "made" : "gone");
            if (!make) {
                use(tx, -1);
            }
        }

        @Override
        public void failed(Transaction tx, Job job, Failure failure) {
            become(tx, job, "failed");
            use(tx, -1);
        }
    }
}
