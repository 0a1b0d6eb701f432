package org.monostack.platform.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads an operator's policy.yaml (or the older policy.json, which is YAML too). */
public final class PolicyFile {

    private PolicyFile() {}

    /** The file's rules; none if there is no such file. */
    public static Map<String, Object> read(Path file) throws IOException {
        return Files.exists(file) ? parse(file.toString(), Files.readString(file)) : Map.of();
    }

    /**
     * @param origin what messages call the text
     * @throws PolicyException if the text is not a map from rule names to checks
     */
    public static Map<String, Object> parse(String origin, String text) {
        Object loaded;
        try {
            loaded = new Load(LoadSettings.builder().setLabel(origin).build()).loadFromString(text);
        } catch (YamlEngineException e) {
            throw new PolicyException(origin + " is not valid YAML: " + e.getMessage());
        }
        Map<String, Object> rules = new LinkedHashMap<>();
        switch (loaded) {
            case null -> {}
            case Map<?, ?> map ->
                    map.forEach((name, check) -> {
                        if (!(name instanceof String key) || check == null) {
                            throw new PolicyException(
                                    origin + " gives rule '" + name + "' no check");
                        }
                        rules.put(key, check);
                    });
            default -> throw new PolicyException(origin + " is not a map of rules");
        }
        return rules;
    }
}
