package org.monostack.cloud.command;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.monostack.cloud.launch.DataDirectory;
import org.monostack.cloud.operator.OperatorClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Tells what happened around an id. */
@Command(
        name = "explain",
        description = {
            "Tell what happened around a request, server, port, floating IP, image or operation.",
            "Exit status: 0 told, 1 nothing is known of the id, 2 the cloud is not running."
        },
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {

    @Parameters(paramLabel = "ID", description = "req-... or the id of a resource or operation")
    private String id = "";

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Override
    public Integer call() {
        Invocation invocation = Invocation.read();
        List<String> same = json ? List.of("explain", "--json", id) : List.of("explain", id);
        return invocation.elsewhere(same).orElseGet(() -> explain(invocation));
    }

    private int explain(Invocation invocation) {
        DataDirectory data = DataDirectory.of(invocation.config());
        Optional<OperatorClient> cloud = OperatorClient.of(data);
        if (cloud.isEmpty()) {
            System.err.println("The cloud in " + data.root() + " is not running.");
            return 2;
        }
        Optional<JsonNode> story = cloud.get().explain(id);
        if (story.isEmpty()) {
            System.err.println("Nothing is known of " + id + " here any more.");
            return 1;
        }
        if (json) {
            System.out.println(story.get().toPrettyString());
        } else {
            print(story.get());
        }
        return 0;
    }

    private static void print(JsonNode story) {
        for (JsonNode subject : story.path("subjects")) {
            System.out.printf(
                    "%s %s%n    %s%n",
                    subject.path("type").asString(),
                    subject.path("id").asString(),
                    subject.path("now").asString());
        }
        for (JsonNode entry : story.path("entries")) {
            System.out.printf(
                    "%-27s %-9s %s%s%s%n",
                    entry.path("at").asString(),
                    entry.path("kind").asString(),
                    entry.path("failed").asBoolean() ? "! " : "",
                    entry.path("words").asString(),
                    entry.has("took_ms")
                            ? String.format(
                                    Locale.ROOT, " (%.1f ms)", entry.path("took_ms").asDouble())
                            : "");
            if (entry.path("kind").asString().equals("request")) {
                System.out.printf("%-27s %-9s %s%n", "", "", entry.path("about").asString());
            }
        }
    }
}
