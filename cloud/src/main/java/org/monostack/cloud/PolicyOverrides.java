package org.monostack.cloud;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.monostack.cloud.machine.LaunchFailed;
import org.monostack.platform.policy.PolicyException;
import org.monostack.platform.policy.PolicyFile;

/**
 * The operator's own rules, as OpenStack's services keep them: {@code nova/policy.yaml} and the
 * like, or the older {@code policy.json}, in one directory. Read once, when the services start.
 */
record PolicyOverrides(Path directory) {

    private static final List<String> NAMES = List.of("policy.yaml", "policy.json");

    /**
     * The rules of a service by its project's name, such as {@code keystone}; none if there is no
     * file.
     *
     * @throws LaunchFailed if the file cannot be read or is not a map of rules
     */
    Map<String, Object> of(String service) {
        for (String name : NAMES) {
            Path file = directory.resolve(service).resolve(name);
            if (!Files.exists(file)) {
                continue;
            }
            try {
                return PolicyFile.read(file);
            } catch (IOException e) {
                throw new LaunchFailed("cannot read " + file + ": " + e.getMessage(), e);
            } catch (PolicyException e) {
                throw new LaunchFailed(String.valueOf(e.getMessage()), e);
            }
        }
        return Map.of();
    }
}
