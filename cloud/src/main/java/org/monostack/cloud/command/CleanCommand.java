package org.monostack.cloud.command;

import java.util.List;
import java.util.concurrent.Callable;
import org.monostack.cloud.Shutdown;
import picocli.CommandLine.Command;

/** Stops the cloud and removes its data; what clean.sh hands over to. */
@Command(
        name = "clean",
        description = "Stop the cloud and remove its data (clean.sh).",
        mixinStandardHelpOptions = true)
final class CleanCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        Invocation invocation = Invocation.read();
        return invocation
                .elsewhere(List.of("clean"))
                .orElseGet(() -> {
                    new Shutdown(invocation.config(), System.out::println).wipe();
                    return 0;
                });
    }
}
