package org.monostack.cloud.command;

import java.util.List;
import java.util.concurrent.Callable;
import org.monostack.cloud.Shutdown;
import picocli.CommandLine.Command;

/** Stops the cloud and keeps its data; what unstack.sh hands over to. */
@Command(
        name = "down",
        description = "Stop the cloud and keep its data (unstack.sh).",
        mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        Invocation invocation = Invocation.read();
        return invocation
                .elsewhere(List.of("down"))
                .orElseGet(() -> {
                    new Shutdown(invocation.config(), System.out::println).stop();
                    return 0;
                });
    }
}
