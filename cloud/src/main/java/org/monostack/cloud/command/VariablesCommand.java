package org.monostack.cloud.command;

import java.util.concurrent.Callable;
import org.monostack.cloud.config.Variable;
import org.monostack.cloud.config.Variables;
import picocli.CommandLine.Command;

/** Prints the table of variables as Markdown; docs/local-conf.md is made of it. */
@Command(
        name = "variables",
        description = "Print every variable of local.conf with its meaning.",
        mixinStandardHelpOptions = true)
final class VariablesCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        System.out.println("| variable | value | default | meaning |");
        System.out.println("|---|---|---|---|");
        for (Variable<?> variable : Variables.all()) {
            if (variable.effective()) {
                System.out.printf(
                        "| `%s` | %s | %s | %s |%n",
                        variable.name(),
                        variable.typeDescription(),
                        variable.standard()
                                .filter(text -> !text.isEmpty())
                                .map(text -> "`" + text.replace(",", ", ") + "`")
                                .orElse(""),
                        variable.meaning());
            }
        }
        System.out.println();
        System.out.println("Accepted, so that a file written for DevStack can stay as it is:");
        System.out.println();
        System.out.println("| variable | what it means here |");
        System.out.println("|---|---|");
        for (Variable<?> variable : Variables.all()) {
            if (!variable.effective()) {
                System.out.printf("| `%s` | %s |%n", variable.name(), variable.meaning());
            }
        }
        return 0;
    }
}
