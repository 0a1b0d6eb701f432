package org.monostack.cloud.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;
import java.util.concurrent.Callable;
import org.monostack.cloud.IdentityMaintenance;
import org.monostack.cloud.machine.LaunchFailed;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Keys, passwords and first users, from this machine. */
@Command(
        name = "identity",
        description = "Rotate identity's keys, reset a password, put back the first users.",
        mixinStandardHelpOptions = true)
final class IdentityCommand implements Callable<Integer> {

    private enum Action {
        ROTATE_TOKEN_KEYS,
        ROTATE_CREDENTIAL_KEYS,
        RESET_PASSWORD,
        BOOTSTRAP;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    @Parameters(
            index = "0",
            paramLabel = "ACTION",
            description = "rotate-token-keys, rotate-credential-keys, reset-password or bootstrap")
    private String action = "";

    @Option(names = "--user", description = "Whose password is reset (admin if not given).")
    private String user = "admin";

    @Override
    public Integer call() throws IOException {
        Action wanted = null;
        for (Action each : Action.values()) {
            if (each.toString().equals(action)) {
                wanted = each;
            }
        }
        if (wanted == null) {
            System.err.println("There is no action '" + action + "'.");
            return 2;
        }
        Action known = wanted;
        Invocation invocation = Invocation.read();
        var elsewhere = invocation.elsewhere(List.of("identity", action, "--user", user));
        if (elsewhere.isPresent()) {
            return elsewhere.get();
        }
        IdentityMaintenance maintenance = new IdentityMaintenance(invocation.config());
        switch (known) {
            case ROTATE_TOKEN_KEYS -> maintenance.rotateTokenKeys();
            case ROTATE_CREDENTIAL_KEYS -> maintenance.rotateCredentialKeys();
            case RESET_PASSWORD -> maintenance.resetPassword(user, password());
            case BOOTSTRAP -> maintenance.bootstrap();
        }
        return 0;
    }

    /** From the terminal without showing it, or the first line of what is piped in. */
    private static String password() throws IOException {
        Console console = System.console();
        if (console != null && console.isTerminal()) {
            return new String(console.readPassword("New password: "));
        }
        String line = new BufferedReader(new InputStreamReader(System.in, UTF_8)).readLine();
        if (line == null || line.isEmpty()) {
            throw new LaunchFailed("reset-password reads the new password from standard input");
        }
        return line;
    }
}
