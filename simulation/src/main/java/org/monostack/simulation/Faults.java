package org.monostack.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.monostack.compute.spi.HypervisorException;
import org.monostack.network.spi.NetworkDriverException;
import org.monostack.platform.database.DatabaseUnavailable;
import org.monostack.platform.database.TransactionObserver;
import org.monostack.platform.operation.Lease;

/**
 * What goes wrong in a history, and where: every transaction and every driver call of a process is
 * a place. How much may go wrong is drawn at the start; after {@link #cease} nothing does any more.
 */
final class Faults {
    private final Scheduler scheduler;
    private final Story story;
    private final Random random;
    private final double atDrivers;
    private final double atTransactions;
    private int budget;
    private boolean driversFailed;

    /** What may happen around a driver's call. */
    private enum AtDriver {
        KILL_BEFORE,
        KILL_AFTER,
        FAIL_FOR_NOW,
        FAIL_FOR_GOOD,
        ANSWER_LOST,
        STOP_BEFORE,
        STOP_AFTER
    }

    Faults(Scheduler scheduler, Story story, Random random) {
        this.scheduler = scheduler;
        this.story = story;
        this.random = random;
        this.budget = random.nextInt(5);
        this.atDrivers = List.of(0.02, 0.08, 0.25).get(random.nextInt(3));
        this.atTransactions = List.of(0.0, 0.003, 0.015).get(random.nextInt(3));
    }

    /**
     * From now on nothing goes wrong.
     *
     * @return how much still could have
     */
    int cease() {
        int left = budget;
        budget = 0;
        return left;
    }

    void resume(int left) {
        budget = left;
    }

    /** Whether a driver refused something in this history. */
    boolean driversFailed() {
        return driversFailed;
    }

    private boolean strikes(double chance) {
        if (budget > 0 && random.nextDouble() < chance) {
            budget--;
            return true;
        }
        return false;
    }

    /**
     * Calls a driver for the process whose turn it is. What a call that is under way does after its
     * operation's lease lapsed is simulated where it takes long, see {@link #longCall}; others are
     * cut off.
     */
    void hypervisor(String call, Runnable action) {
        around(
                call,
                () -> {
                    Lease.requireHeld();
                    action.run();
                },
                false);
    }

    /** As {@link #hypervisor}, of one that goes on to its end even if its lease lapses under it. */
    void longCall(String call, Runnable action) {
        around(call, action, false);
    }

    void network(String call, Runnable action) {
        around(call, action, true);
    }

    private void around(String call, Runnable action, boolean network) {
        scheduler.pass();
        if (!strikes(atDrivers)) {
            story.tell(call);
            action.run();
            scheduler.pass();
            return;
        }
        AtDriver fault = AtDriver.values()[random.nextInt(AtDriver.values().length)];
        story.tell(call + " *** " + fault);
        switch (fault) {
            case KILL_BEFORE -> kill();
            case KILL_AFTER -> {
                action.run();
                kill();
            }
            case FAIL_FOR_NOW -> throw failure(network, true);
            case FAIL_FOR_GOOD -> throw failure(network, false);
            case ANSWER_LOST -> {
                action.run();
                throw failure(network, true);
            }
            case STOP_BEFORE -> {
                stop();
                story.tell(call + " (after the stop)");
                action.run();
            }
            case STOP_AFTER -> {
                action.run();
                stop();
            }
        }
    }

    private RuntimeException failure(boolean network, boolean forNow) {
        driversFailed = true;
        String message = forNow ? "The engine is away (simulated)." : "Refused (simulated).";
        return network
                ? new NetworkDriverException(message)
                : new HypervisorException(message, forNow);
    }

    private void kill() {
        scheduler.currentProcess().ifPresent(SimulatedProcess::kill);
        scheduler.pass();
    }

    /** As by SIGSTOP: the whole process stands still, often for longer than its leases hold. */
    private void stop() {
        Duration pause = Duration.ofMillis(random.nextInt(25_000));
        scheduler.currentProcess().ifPresent(process -> process.pause(pause));
        scheduler.pass();
    }

    /** What a process's transactions meet. */
    TransactionObserver transactions(SimulatedProcess process) {
        return new TransactionObserver() {
            @Override
            public void beforeBegin() {
                scheduler.pass();
                if (strikes(atTransactions)) {
                    switch (random.nextInt(3)) {
                        case 0 -> {
                            story.tell("*** killed before a transaction");
                            kill();
                        }
                        case 1 -> {
                            story.tell("*** stopped before a transaction");
                            stop();
                        }
                        default -> {
                            story.tell("*** the database is away");
                            throw away();
                        }
                    }
                }
            }

            @Override
            public void afterCommit() {
                if (strikes(atTransactions)) {
                    if (random.nextBoolean()) {
                        story.tell("*** killed after a commit");
                        kill();
                    } else {
                        story.tell("*** the commit's answer is lost");
                        throw away();
                    }
                }
            }
        };
    }

    private static DatabaseUnavailable away() {
        return new DatabaseUnavailable(
                "the database is away (simulated)", new IllegalStateException("simulated"));
    }
}
