package org.monostack.cloud.command;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.monostack.cloud.config.CloudConfig;
import org.monostack.cloud.launch.Credentials;
import org.monostack.cloud.launch.DataDirectory;
import org.monostack.cloud.launch.Endpoints;
import org.monostack.cloud.machine.LaunchFailed;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints the exports that openrc evaluates in the caller's shell. */
@Command(
        name = "openrc",
        description = "Print the environment of a user, for a shell to evaluate (openrc).",
        mixinStandardHelpOptions = true)
final class OpenrcCommand implements Callable<Integer> {

    @Parameters(index = "0", defaultValue = "demo", description = "user (${DEFAULT-VALUE})")
    private String user = "demo";

    @Parameters(
            index = "1",
            defaultValue = "",
            description = "project; the user's own, if not given")
    private String project = "";

    @Override
    public Integer call() {
        Invocation invocation = Invocation.read();
        CloudConfig config = invocation.config();
        Credentials credentials =
                Credentials.find(config)
                        .orElseThrow(() ->
                                new LaunchFailed(
                                        "no cloud in "
                                                + DataDirectory.of(config).root()
                                                + "; run stack.sh first"));
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("OS_AUTH_TYPE", "password");
        variables.put("OS_IDENTITY_API_VERSION", "3");
        // As published by the running cloud, which may be in another network namespace than we are.
        variables.put(
                "OS_AUTH_URL",
                Endpoints.read(DataDirectory.of(config).endpoints()).url("identity") + "/v3");
        variables.put("OS_REGION_NAME", config.identity().region());
        variables.put("OS_USERNAME", user);
        variables.put("OS_USER_DOMAIN_ID", "default");
        variables.put("OS_PROJECT_NAME", project.isEmpty() ? projectOf(user) : project);
        variables.put("OS_PROJECT_DOMAIN_ID", "default");
        variables.put("OS_PASSWORD", service(user) ? credentials.service() : credentials.admin());
        variables.put("OS_CACERT", "");
        variables.put("OS_VOLUME_API_VERSION", "3");
        variables.forEach((name, value) ->
                System.out.println(
                        value.isEmpty()
                                ? "unset " + name
                                : "export " + name + "=" + quoted(value)));
        return 0;
    }

    private static boolean service(String user) {
        return switch (user) {
            case "nova", "glance", "neutron", "placement" -> true;
            default -> false;
        };
    }

    private static String projectOf(String user) {
        return service(user) ? "service" : user;
    }

    private static String quoted(String value) {
        return "'" + value.replace("'", "'\\''") + "'";
    }
}
