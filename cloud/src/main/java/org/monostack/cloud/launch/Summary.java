package org.monostack.cloud.launch;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.monostack.cloud.config.CloudConfig;
import org.monostack.cloud.localconf.Finding;

/** The last lines of stack.sh: where everything is, who may log in, and what had no effect. */
final class Summary {

    private final CloudConfig config;
    private final DataDirectory data;
    private final Endpoints endpoints;
    private final Credentials credentials;
    private final List<String> notes;

    Summary(
            CloudConfig config,
            DataDirectory data,
            Endpoints endpoints,
            Credentials credentials,
            List<String> notes) {
        this.config = config;
        this.data = data;
        this.endpoints = endpoints;
        this.credentials = credentials;
        this.notes = notes;
    }

    void print(Console console, boolean again, Path home, Path serviceLog) {
        console.say("");
        if (!config.settings().notEffective().isEmpty() || !config.findings().isEmpty()) {
            console.say("What local.conf says that means something else here:");
            for (Map.Entry<String, List<String>> entry :
                    config.settings().notEffective().entrySet()) {
                console.say("  " + String.join(", ", entry.getValue()) + ": " + entry.getKey());
            }
            for (Finding finding : config.findings()) {
                console.say("  " + finding);
            }
            console.say("");
        }
        for (String note : notes) {
            console.say("Note: " + note);
        }
        if (!notes.isEmpty()) {
            console.say("");
        }
        console.say(
                again
                        ? "The cloud was up already."
                        : String.format(
                                Locale.ROOT, "The cloud came up in %.1f s.", console.seconds()));
        console.say("This is your host IP address: " + config.host().address());
        endpoints.urls().forEach((name, url) -> console.say("  %-10s %s".formatted(name, url)));
        console.say("Keystone is serving at " + endpoints.url("identity") + "/v3/");
        console.say("The default users are: admin and demo");
        // The log file must not keep it.
        console.whisper("The password: " + credentials.admin());
        console.detail("The password: (in " + data.credentials() + ")");
        if (config.servers().fake()) {
            console.say(
                    "VIRT_DRIVER=fake: the APIs work as they do on a real cloud, but no server runs"
                            + " and no packet flows.");
        }
        String enter =
                config.networkNamespace().map(name -> "ip netns exec " + name + " ").orElse("");
        console.say("Log: " + serviceLog);
        console.say(
                "Next: source %s admin admin; %sopenstack server list"
                        .formatted(home.resolve("openrc"), enter));
        console.say("Stop: %s/unstack.sh    Wipe: %s/clean.sh".formatted(home, home));
    }
}
