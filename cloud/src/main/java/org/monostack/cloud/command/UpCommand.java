package org.monostack.cloud.command;

import java.util.List;
import java.util.concurrent.Callable;
import org.monostack.cloud.launch.Up;
import picocli.CommandLine.Command;

/** Brings the cloud up in the background; what stack.sh hands over to. */
@Command(
        name = "up",
        description = "Bring the cloud up (stack.sh).",
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        Invocation invocation = Invocation.read();
        return invocation
                .elsewhere(List.of("up"))
                .orElseGet(() ->
                        new Up(invocation.config(), invocation.home(), invocation.configFile())
                                .run());
    }
}
