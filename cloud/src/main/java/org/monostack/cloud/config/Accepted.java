package org.monostack.cloud.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Variables of DevStack's that are understood and change nothing, each with the reason. */
final class Accepted {

    private static final Map<String, String> REASONS = new LinkedHashMap<>();

    static {
        String oneProgram =
                "nothing is cloned: the services are one program, built from this source";
        for (String name :
                List.of(
                        "GIT_BASE",
                        "*_BRANCH",
                        "*_REPO",
                        "RECLONE",
                        "PIP_UPGRADE",
                        "GIT_DEPTH",
                        "LIBS_FROM_GIT",
                        "ERROR_ON_CLONE",
                        "GIT_TIMEOUT",
                        "USE_VENV",
                        "GLOBAL_VENV")) {
            accepted(name, oneProgram);
        }
        accepted(
                "SERVICE_TOKEN",
                "a token shared by all services is not needed (and was removed from Keystone);"
                        + " nobody can log in with it");
        accepted("SWIFT_*", "object storage is not there yet");
        accepted("HEAT_*", "orchestration is not there yet");
        for (String name : List.of("CINDER_*", "VOLUME_*")) {
            accepted(name, "block storage is not there yet");
        }
        accepted("HORIZON_*", "the dashboard is not there yet");
        for (String name :
                List.of(
                        "Q_AGENT",
                        "NEUTRON_AGENT",
                        "Q_ML2_*",
                        "ML2_*",
                        "Q_DVR_MODE",
                        "Q_TUNNEL_TYPES",
                        "Q_OVS_USE_VETH",
                        "OVN_*",
                        "ENABLE_CHASSIS_AS_GW",
                        "Q_ML2_TENANT_NETWORK_TYPE",
                        "ENABLE_TENANT_TUNNELS",
                        "TENANT_TUNNEL_RANGE")) {
            accepted(name, "networks are always OVN's, with Geneve between hosts");
        }
        for (String name :
                List.of(
                        "USE_SCREEN",
                        "SCREEN_*",
                        "USE_SYSTEMD",
                        "LOGDAYS",
                        "SYSLOG",
                        "SYSLOG_*",
                        "ENABLE_DEBUG_LOG_LEVEL")) {
            accepted(name, "one process, one log (see LOGDIR)");
        }
        for (String name :
                List.of("WSGI_MODE", "API_WORKERS", "KEYSTONE_DEPLOY", "NOVA_USE_MOD_WSGI")) {
            accepted(name, "one process with a thread per request serves every API");
        }
        for (String name : List.of("TEMPEST_*", "INSTALL_TEMPEST", "BUILD_TIMEOUT")) {
            accepted(name, "Tempest is not run by stack.sh; see docs/operations.md");
        }
        for (String name : List.of("MULTI_HOST", "FLAT_INTERFACE", "FIXED_NETWORK_SIZE")) {
            accepted(
                    name, "nova-network was removed from OpenStack; Neutron's API serves networks");
        }
        accepted("IP_VERSION", "the seeded networks have IPv4; IPv6 subnets can be added");
        accepted("SERVICE_TIMEOUT", "stack.sh waits as long as a step makes progress");
        accepted("SERVICE_IP_VERSION", "services listen on IPv4");
    }

    private Accepted() {}

    /** Reasons by name or family, in the order of the table. */
    static Map<String, String> all() {
        return REASONS;
    }

    private static void accepted(String name, String reason) {
        REASONS.put(name, reason);
    }
}
