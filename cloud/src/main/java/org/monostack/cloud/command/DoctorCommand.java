package org.monostack.cloud.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.monostack.cloud.Engines;
import org.monostack.cloud.engine.Supervisor;
import org.monostack.cloud.launch.DataDirectory;
import org.monostack.cloud.machine.LaunchFailed;
import org.monostack.cloud.machine.Shell;
import org.monostack.cloud.operator.OperatorClient;
import org.monostack.platform.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Says whether all is as it must be, and gathers what somebody who helps will ask for. */
@Command(
        name = "doctor",
        description = {
            "Check that everything is as it must be; say versions, engines and logs.",
            "Exit status: 0 healthy, 1 findings are left, 2 not everything could be checked."
        },
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {

    private static final int HEALTHY = 0;
    private static final int FINDINGS = 1;
    private static final int UNCHECKED = 2;

    private static final List<String> PROGRAMS =
            List.of("mariadbd", "ovs-vswitchd", "ovn-controller", "libvirtd", "qemu-system-x86_64");

    @Option(names = "--repair", description = "Put right what can be put right.")
    private boolean repair;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Override
    public Integer call() {
        Invocation invocation = Invocation.read();
        List<String> same = new ArrayList<>(List.of("doctor"));
        if (repair) {
            same.add("--repair");
        }
        if (json) {
            same.add("--json");
        }
        return invocation.elsewhere(same).orElseGet(() -> doctor(invocation));
    }

    private int doctor(Invocation invocation) {
        DataDirectory data = DataDirectory.of(invocation.config());
        ObjectNode report = Json.object();
        ObjectNode versions = report.putObject("versions");
        versions.put("monostack", Main.VERSION);
        versions.put("java", System.getProperty("java.runtime.version", ""));
        PROGRAMS.forEach(program -> version(program).ifPresent(v -> versions.put(program, v)));
        report.put("data", data.root().toString());
        report.put("logs", invocation.config().paths().logs().toString());
        try {
            Optional<OperatorClient> cloud = OperatorClient.of(data);
            if (cloud.isPresent()) {
                report.setAll((ObjectNode) cloud.get().doctor(repair));
            } else {
                report.put("trouble", "the cloud in " + data.root() + " is not running");
                engines(report, invocation);
            }
        } catch (LaunchFailed e) {
            report.put("trouble", String.valueOf(e.getMessage()));
            engines(report, invocation);
        }
        if (json) {
            System.out.println(report.toPrettyString());
        } else {
            print(report);
        }
        return verdict(report);
    }

    /** What can be seen of the engines without the process. */
    private static void engines(ObjectNode report, Invocation invocation) {
        var lines = report.putArray("engines");
        try (Supervisor supervisor = new Engines(invocation.config()).observer()) {
            for (Supervisor.Status status : supervisor.status()) {
                ObjectNode line = lines.addObject();
                line.put("name", status.daemon());
                line.put("state", status.state().name().toLowerCase(Locale.ROOT));
                status.pid().ifPresent(pid -> line.put("pid", pid));
                line.put("log", status.log().toString());
            }
        }
    }

    private static Optional<String> version(String program) {
        if (!Shell.has(program)) {
            return Optional.empty();
        }
        try {
            return Shell.run(List.of(program, "--version"))
                    .output()
                    .lines()
                    .filter(line -> !line.isBlank())
                    .findFirst();
        } catch (LaunchFailed e) {
            return Optional.empty();
        }
    }

    private static int verdict(JsonNode report) {
        boolean unchecked = report.has("trouble");
        boolean left = false;
        for (JsonNode engine : report.path("engines")) {
            unchecked |= !engine.path("state").asString().equals("running");
        }
        for (JsonNode check : report.path("checks")) {
            unchecked |= check.has("trouble");
            for (JsonNode finding : check.path("findings")) {
                left |= !finding.path("repaired").asBoolean();
            }
        }
        return unchecked ? UNCHECKED : left ? FINDINGS : HEALTHY;
    }

    private static void print(JsonNode report) {
        report.path("versions")
                .properties()
                .forEach(each ->
                        System.out.printf("%-28s %s%n", each.getKey(), each.getValue().asString()));
        System.out.printf("%-28s %s%n", "data", report.path("data").asString());
        System.out.printf("%-28s %s%n", "logs", report.path("logs").asString());
        for (JsonNode engine : report.path("engines")) {
            System.out.printf(
                    "%-28s %s%s%s%s  %s%n",
                    engine.path("name").asString(),
                    engine.path("state").asString(),
                    engine.has("pid") ? ", pid " + engine.path("pid").asLong() : "",
                    engine.path("restarts").asInt(0) > 0
                            ? ", restarted " + engine.path("restarts").asInt() + " times"
                            : "",
                    engine.has("trouble") ? ", " + engine.path("trouble").asString() : "",
                    engine.path("log").asString(""));
        }
        for (JsonNode check : report.path("checks")) {
            String verdict =
                    check.has("trouble")
                            ? "NOT CHECKED: " + check.path("trouble").asString()
                            : check.path("findings").isEmpty() ? "ok" : "NOT SO:";
            System.out.printf(
                    "%-28s %s: %s%n",
                    check.path("check").asString(), check.path("statement").asString(), verdict);
            for (JsonNode finding : check.path("findings")) {
                System.out.printf(
                        "    %s: %s%s%n",
                        finding.path("severity").asString(),
                        finding.path("words").asString(),
                        finding.path("repaired").asBoolean()
                                ? " [repaired]"
                                : finding.path("repairable").asBoolean()
                                        ? " [--repair puts it right]"
                                        : "");
            }
        }
        if (report.has("trouble")) {
            System.out.println(report.path("trouble").asString());
        }
    }
}
