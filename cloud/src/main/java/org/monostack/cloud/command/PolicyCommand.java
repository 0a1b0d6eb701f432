package org.monostack.cloud.command;

import java.util.concurrent.Callable;
import org.monostack.cloud.Coverage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints a service's rules as a policy.yaml in which each default is commented out. */
@Command(
        name = "policy",
        description = "Print the default rules of a service, as a policy.yaml to start from.",
        mixinStandardHelpOptions = true)
final class PolicyCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "SERVICE",
            description = "identity, image, placement, network or compute")
    private String service = "";

    @Override
    public Integer call() {
        return Coverage.policySample(service)
                .map(sample -> {
                    System.out.print(sample);
                    return 0;
                })
                .orElseGet(() -> {
                    System.err.println("There is no service '" + service + "'.");
                    return 2;
                });
    }
}
