package org.monostack.cloud.command;

import java.util.concurrent.Callable;
import org.monostack.cloud.RouteTables;
import picocli.CommandLine.Command;

/** Prints the route tables of all services as JSON; conformance/fuzz.sh tries every route. */
@Command(
        name = "routes",
        description = "Print every route that is served, with its schemas, as JSON.",
        mixinStandardHelpOptions = true)
final class RoutesCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        System.out.println(RouteTables.json());
        return 0;
    }
}
