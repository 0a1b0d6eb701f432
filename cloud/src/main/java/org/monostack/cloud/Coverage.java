package org.monostack.cloud;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.monostack.platform.http.HttpService;
import org.monostack.platform.http.Route;

/** Renders the route tables as Markdown: what is served, told by what serves it. Stateless. */
public final class Coverage {

    private Coverage() {}

    public static String markdown(List<HttpService> services) {
        StringBuilder text = new StringBuilder();
        text.append("# What is served\n\n");
        text.append("Made by `bin/monostack coverage` from the services' route tables.\n\n");
        text.append("| service | routes | microversions |\n|---|---|---|\n");
        for (HttpService service : services) {
            text.append("| [%s](#%s) | %d | %s |\n"
                    .formatted(
                            service.name(),
                            service.name(),
                            lines(service).size(),
                            service.microversions()
                                    .map(range -> range.min() + " to " + range.max())
                                    .orElse("")));
        }
        for (HttpService service : services) {
            text.append("\n## ").append(service.name()).append("\n\n");
            text.append("| method | path | answers | policy |\n|---|---|---|---|\n");
            for (String line : lines(service)) {
                text.append(line).append('\n');
            }
        }
        return text.toString();
    }

    private static List<String> lines(HttpService service) {
        TreeMap<String, String> lines = new TreeMap<>();
        for (Route route : service.routes().describe()) {
            for (String template : route.templates()) {
                String window =
                        route.sinceVersion().map(version -> "from " + version + " ").orElse("")
                                + route.untilVersion().map(version -> "to " + version).orElse("");
                String policy =
                        route.isOpen()
                                ? "open"
                                : route.rule().map(rule -> "`" + rule + "`").orElse("any token");
                lines.put(
                        template + " " + route.method() + " " + window,
                        "| %s | `%s`%s | %s | %s |"
                                .formatted(
                                        route.method(),
                                        template,
                                        window.isBlank() ? "" : " (" + window.strip() + ")",
                                        route.successStatus(),
                                        policy));
            }
        }
        return new ArrayList<>(lines.values());
    }
}
