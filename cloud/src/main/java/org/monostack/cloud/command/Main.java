package org.monostack.cloud.command;

import org.monostack.cloud.localconf.LocalConfException;
import org.monostack.cloud.machine.LaunchFailed;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program's entry: {@code monostack COMMAND}. */
@Command(
        name = "monostack",
        description = "OpenStack in one program.",
        mixinStandardHelpOptions = true,
        version = "Monostack " + Main.VERSION,
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            CleanCommand.class,
            ServeCommand.class,
            StatusCommand.class,
            DoctorCommand.class,
            ExplainCommand.class,
            OpenrcCommand.class,
            CoverageCommand.class,
            PolicyCommand.class,
            RoutesCommand.class,
            IdentityCommand.class,
            VariablesCommand.class,
            RehearseCommand.class
        })
public final class Main {

    static final String VERSION = "0.1.0";

    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new Main());
        line.setExecutionExceptionHandler((exception, command, result) -> {
            if (exception instanceof LaunchFailed || exception instanceof LocalConfException) {
                System.err.println(exception.getMessage());
                return 1;
            }
            throw exception;
        });
        System.exit(line.execute(arguments));
    }
}
