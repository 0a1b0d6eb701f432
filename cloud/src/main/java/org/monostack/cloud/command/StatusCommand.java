package org.monostack.cloud.command;

import java.util.List;
import java.util.concurrent.Callable;
import org.monostack.cloud.launch.DataDirectory;
import org.monostack.cloud.launch.Endpoints;
import org.monostack.cloud.launch.ServeProcess;
import picocli.CommandLine.Command;

/** Says what runs. Exit status 0 when everything answers. */
@Command(
        name = "status",
        description = "Say whether the cloud is up; exit status 0 if all of it answers.",
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        Invocation invocation = Invocation.read();
        return invocation.elsewhere(List.of("status")).orElseGet(() -> status(invocation));
    }

    private static int status(Invocation invocation) {
        DataDirectory data = DataDirectory.of(invocation.config());
        var process = new ServeProcess(data).find();
        if (process.isEmpty()) {
            System.out.println("The cloud in " + data.root() + " is not running.");
            return 3;
        }
        System.out.println("process    " + process.get().pid());
        int failures = 0;
        for (var service : Endpoints.read(data.endpoints()).urls().entrySet()) {
            boolean answers = Endpoints.answers(service.getValue());
            System.out.printf(
                    "%-10s %s %s%n",
                    service.getKey(), service.getValue(), answers ? "answers" : "DOES NOT ANSWER");
            failures += answers ? 0 : 1;
        }
        return failures == 0 ? 0 : 1;
    }
}
