package org.monostack.cloud.seed;

import org.monostack.cloud.config.CloudConfig;
import org.monostack.cloud.launch.Credentials;
import org.monostack.cloud.launch.Endpoints;

/** What is seeded through the APIs, once they answer: the networks. */
public final class ApiSeed {

    private ApiSeed() {}

    /** Makes what is not there and says what was made. */
    public static String ensure(
            CloudConfig config, Endpoints endpoints, Credentials credentials, String demoProject) {
        ApiClient api = ApiClient.login(endpoints, "admin", credentials.admin(), "admin");
        int made = NetworkSeed.ensure(api, config.networks(), demoProject);
        return made == 0 ? "all there" : made + " networks, subnets and routers made";
    }
}
