package org.monostack.cloud.launch;

import java.io.IOException;
import java.nio.file.Path;
import org.monostack.cloud.config.CloudConfig;
import org.monostack.cloud.machine.LaunchFailed;
import org.monostack.platform.crypto.PrivateFiles;

/** The file that openstacksdk and its relatives read: clouds named as DevStack names them. */
final class CloudsYaml {

    private CloudsYaml() {}

    static void write(Path file, CloudConfig config, Endpoints endpoints, Credentials credentials) {
        String text =
                "clouds:\n"
                        + cloud("devstack", "demo", "demo", config, endpoints, credentials)
                        + cloud("devstack-admin", "admin", "admin", config, endpoints, credentials)
                        + cloud(
                                "devstack-admin-demo",
                                "admin",
                                "demo",
                                config,
                                endpoints,
                                credentials)
                        + cloud(
                                "devstack-alt",
                                "alt_demo",
                                "alt_demo",
                                config,
                                endpoints,
                                credentials);
        try {
            PrivateFiles.write(file, text);
        } catch (IOException e) {
            throw new LaunchFailed("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private static String cloud(
            String name,
            String user,
            String project,
            CloudConfig config,
            Endpoints endpoints,
            Credentials credentials) {
        return """
          %s:
            region_name: %s
            identity_api_version: '3'
            auth:
              auth_url: %s/v3
              username: %s
              password: %s
              project_name: %s
              user_domain_id: default
              project_domain_id: default
        """
                .formatted(
                        name,
                        config.identity().region(),
                        endpoints.url("identity"),
                        user,
                        "'" + credentials.admin().replace("'", "''") + "'",
                        project);
    }
}
