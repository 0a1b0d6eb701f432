package org.monostack.cloud.operator;

import java.util.List;
import java.util.Locale;
import org.monostack.platform.invariant.CheckResult;
import org.monostack.platform.invariant.Finding;
import org.monostack.platform.json.Json;
import org.monostack.platform.telemetry.Story;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the operator's answers look like. */
final class Views {
    private Views() {}

    static ObjectNode doctor(List<CheckResult> results, List<EngineReport.Line> engines) {
        ObjectNode view = Json.object();
        ArrayNode daemons = view.putArray("engines");
        for (EngineReport.Line line : engines) {
            ObjectNode daemon = daemons.addObject();
            daemon.put("name", line.name());
            daemon.put("state", line.state());
            line.pid().ifPresent(pid -> daemon.put("pid", pid));
            daemon.put("restarts", line.restarts());
            line.trouble().ifPresent(trouble -> daemon.put("trouble", trouble));
            line.log().ifPresent(log -> daemon.put("log", log));
        }
        ArrayNode checks = view.putArray("checks");
        for (CheckResult result : results) {
            ObjectNode check = checks.addObject();
            check.put("check", result.check());
            check.put("statement", result.statement());
            check.put("at", result.at().toString());
            check.put("took_ms", result.took().toMillis());
            result.trouble().ifPresent(trouble -> check.put("trouble", trouble));
            ArrayNode findings = check.putArray("findings");
            result.findings().forEach(finding -> finding(findings.addObject(), finding));
        }
        return view;
    }

    private static void finding(ObjectNode view, Finding finding) {
        view.put("severity", finding.severity().name().toLowerCase(Locale.ROOT));
        view.put("resource_type", finding.resourceType());
        view.put("resource_id", finding.resourceId());
        view.put("words", finding.words());
        view.put("repairable", finding.repairable());
        view.put("repaired", finding.repaired());
    }

    static ObjectNode story(Story story) {
        ObjectNode view = Json.object();
        view.put("id", story.id());
        ArrayNode subjects = view.putArray("subjects");
        story.subjects()
                .forEach(subject ->
                        subjects.addObject()
                                .put("type", subject.type())
                                .put("id", subject.id())
                                .put("now", subject.now()));
        ArrayNode entries = view.putArray("entries");
        for (Story.Entry entry : story.entries()) {
            ObjectNode node = entries.addObject();
            node.put("at", entry.at().toString());
            node.put("kind", entry.kind().name().toLowerCase(Locale.ROOT));
            node.put("about", entry.about());
            node.put("words", entry.words());
            entry.took().ifPresent(took -> node.put("took_ms", took.toNanos() / 1e6));
            node.put("failed", entry.failed());
        }
        return view;
    }
}
