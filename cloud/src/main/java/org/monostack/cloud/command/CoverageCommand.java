package org.monostack.cloud.command;

import java.util.concurrent.Callable;
import org.monostack.cloud.Coverage;
import picocli.CommandLine.Command;

/** Prints the route tables of all services as Markdown; docs/coverage.md is made of it. */
@Command(
        name = "coverage",
        description = "Print every route that is served, as Markdown.",
        mixinStandardHelpOptions = true)
final class CoverageCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        System.out.print(Coverage.ofThisProgram());
        return 0;
    }
}
