package org.monostack.cloud.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.monostack.cloud.localconf.Finding;
import org.monostack.cloud.localconf.LocalConf;
import org.monostack.cloud.localconf.LocalConfException;
import org.monostack.cloud.localconf.Statement;
import org.monostack.cloud.localconf.Template;

/**
 * The variables' texts after the file and the environment had their say. The environment wins over
 * the file, which wins over the table's defaults. Immutable once evaluated.
 */
public final class Settings {

    private final Map<String, Setting> values = new LinkedHashMap<>();
    private final List<Finding> findings = new ArrayList<>();
    private final Map<String, List<String>> notEffective = new LinkedHashMap<>();
    private final Set<String> referenced = new HashSet<>();
    private final Map<String, String> environment;

    private Settings(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Where a value comes from; line 0 is the environment. */
    private record Setting(String text, int line) {}

    /** Evaluates the statements in their order. */
    public static Settings evaluate(LocalConf file, Map<String, String> environment) {
        Settings settings = new Settings(environment);
        settings.findings.addAll(file.findings());
        for (Statement statement : file.statements()) {
            switch (statement) {
                case Statement.Assignment assignment -> settings.assign(assignment);
                case Statement.ServiceSwitch change -> settings.change(change);
                case Statement.DisableAll all ->
                        settings.put(Variables.ENABLED_SERVICES.name(), "", all.line());
                case Statement.Plugin plugin ->
                        settings.findings.add(
                                new Finding(
                                        plugin.line(),
                                        "plugin "
                                                + plugin.name()
                                                + " is not loaded: DevStack plugins are scripts"
                                                + " for the Python services"));
            }
        }
        for (LocalConf.MetaSection section : file.sections()) {
            settings.findings.add(
                    new Finding(
                            section.line(),
                            "section [[%s|%s]] with %d setting%s is not applied: there are no such files here"
                                    .formatted(
                                            section.phase(),
                                            section.file(),
                                            section.settings(),
                                            section.settings() == 1 ? "" : "s")));
        }
        settings.applyEnvironment();
        settings.report();
        return settings;
    }

    private void assign(Statement.Assignment assignment) {
        String text = resolve(assignment.value(), assignment.line());
        if (assignment.append()) {
            text = text(assignment.name()).orElse("") + text;
        }
        put(assignment.name(), text, assignment.line());
    }

    private String resolve(Template value, int line) {
        return value.resolve(
                name -> {
                    referenced.add(name);
                    return text(name);
                },
                name ->
                        findings.add(
                                new Finding(line, "$" + name + " is not set; taken as empty")));
    }

    private void change(Statement.ServiceSwitch change) {
        Set<String> on =
                new LinkedHashSet<>(
                        Services.apply(
                                ValueType.NAMES
                                        .reader()
                                        .apply(
                                                text(Variables.ENABLED_SERVICES.name())
                                                        .orElse(""))));
        for (String service : change.services()) {
            if (change.enable()) {
                on.add(service);
            } else {
                on.remove(service);
            }
        }
        put(Variables.ENABLED_SERVICES.name(), String.join(",", on), change.line());
    }

    private void put(String name, String text, int line) {
        values.put(name, new Setting(text, line));
    }

    private Optional<String> text(String name) {
        Setting setting = values.get(name);
        if (setting != null) {
            return Optional.of(setting.text());
        }
        String fromEnvironment = environment.get(name);
        if (fromEnvironment != null) {
            return Optional.of(fromEnvironment);
        }
        return Variables.find(name).flatMap(Variable::standard);
    }

    private void applyEnvironment() {
        for (Variable<?> variable : Variables.all()) {
            String text = environment.get(variable.name());
            if (!variable.effective() || text == null || text.isEmpty()) {
                continue;
            }
            Setting inFile = values.get(variable.name());
            if (inFile != null && !inFile.text().equals(text)) {
                findings.add(
                        new Finding(
                                inFile.line(),
                                variable.name()
                                        + " is taken from the environment instead"
                                        + (variable.secret() ? "" : ": " + text)));
            }
            put(variable.name(), text, 0);
        }
    }

    private void report() {
        values.forEach((name, setting) -> {
            Optional<Variable<?>> known = Variables.find(name);
            if (known.isEmpty()) {
                if (!referenced.contains(name)) {
                    findings.add(
                            new Finding(
                                    setting.line(),
                                    "unknown variable "
                                            + name
                                            + " has no effect"
                                            + suggestion(name)));
                }
            } else if (!known.get().effective()) {
                withoutEffect(known.get().meaning(), name + " (line " + setting.line() + ")");
            } else if (name.startsWith("RABBIT_") && !services().contains("rabbit")) {
                withoutEffect(
                        "no message broker is needed; enable_service rabbit has one told what"
                                + " happened",
                        name + " (line " + setting.line() + ")");
            }
        });
        for (String service : services()) {
            Optional<String> absence = Services.absence(service);
            if (absence.isPresent()) {
                withoutEffect(absence.get(), "service " + service);
            } else if (!Services.served(service)) {
                findings.add(
                        new Finding(
                                line(Variables.ENABLED_SERVICES),
                                "unknown service " + service + " is not started"));
            }
        }
        if (values.containsKey(Variables.ENABLED_SERVICES.name())) {
            List<String> off =
                    Services.STANDARD.stream()
                            .filter(service -> !services().contains(service))
                            .toList();
            if (!off.isEmpty()) {
                findings.add(
                        new Finding(
                                line(Variables.ENABLED_SERVICES),
                                "switched off but served all the same, as part of the one program: "
                                        + String.join(", ", off)));
            }
        }
    }

    private void withoutEffect(String reason, String name) {
        notEffective.computeIfAbsent(reason, meaning -> new ArrayList<>()).add(name);
    }

    /** The services that are switched on, by DevStack's names. */
    public Set<String> services() {
        return Services.apply(find(Variables.ENABLED_SERVICES).orElse(List.of()));
    }

    /** The value of a variable: set, or its default; empty when it has neither or is set to "". */
    <T> Optional<T> find(Variable<T> variable) {
        Setting setting = values.get(variable.name());
        String text = setting == null ? variable.standard().orElse("") : setting.text();
        if (text.isBlank()) {
            return Optional.empty();
        }
        try {
            return Optional.of(variable.type().reader().apply(text));
        } catch (IllegalArgumentException e) {
            throw wrong(variable, String.valueOf(e.getMessage()));
        }
    }

    /** The value of a variable with a default that is never empty. */
    <T> T get(Variable<T> variable) {
        return find(variable)
                .orElseGet(() -> variable.type().reader().apply(variable.standard().orElseThrow()));
    }

    /** Whether the file or the environment sets the variable. */
    boolean isSet(Variable<?> variable) {
        return values.containsKey(variable.name());
    }

    int line(Variable<?> variable) {
        Setting setting = values.get(variable.name());
        return setting == null ? 0 : setting.line();
    }

    /** Refuses a variable's value: the line, the value and the reason in one message. */
    LocalConfException wrong(Variable<?> variable, String reason) {
        Setting setting = values.get(variable.name());
        String text = setting == null ? variable.standard().orElse("") : setting.text();
        String shown = variable.secret() ? variable.name() : variable.name() + "=" + text;
        if (setting != null && setting.line() == 0) {
            return new LocalConfException(0, "environment: " + shown + " " + reason);
        }
        return new LocalConfException(line(variable), shown + " " + reason);
    }

    /** Unknown variables and services, ignored sections, and the like. */
    public List<Finding> findings() {
        return List.copyOf(findings);
    }

    /** What each set variable or service without effect means here: the meaning, then the names. */
    public Map<String, List<String>> notEffective() {
        return Collections.unmodifiableMap(notEffective);
    }

    private static String suggestion(String name) {
        return Variables.all().stream()
                .filter(variable -> !variable.isFamily())
                .map(Variable::name)
                .filter(candidate -> distance(name, candidate) <= 2)
                .findFirst()
                .map(candidate -> "; did you mean " + candidate + "?")
                .orElse("");
    }

    /** Levenshtein's distance. */
    private static int distance(String left, String right) {
        int[] row = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int substituted = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[right.length()];
    }
}
