package org.monostack.benchmark.load;

import java.io.IOException;
import java.util.Map;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the flows stand on: a small flavor, an image and a network of the benchmark's own. Names all
 * begin with {@value #PREFIX}, so that what is left by a run that was cut can be found.
 *
 * @param subnet of 65,000 addresses
 */
record Fixture(String flavor, String image, String network, String subnet) {

    static final String PREFIX = "benchmark-";

    static Fixture make(Endpoint cloud, Client client, boolean raiseQuotas) throws IOException {
        if (raiseQuotas) {
            send(
                    client,
                    cloud.call("PUT", "compute", "/os-quota-sets/" + cloud.projectId())
                            .with(
                                    "{\"quota_set\": {\"instances\": -1, \"cores\": -1, \"ram\":"
                                            + " -1}}"));
            send(
                    client,
                    cloud.call("PUT", "network", "/quotas/" + cloud.projectId())
                            .with("{\"quota\": {\"port\": -1, \"network\": -1, \"subnet\": -1}}"));
        }
        String flavor = flavor(cloud, client);
        String image = image(cloud, client);
        String network =
                send(client, cloud.call("POST", "network", "/networks").with(network("main")))
                        .path("network")
                        .path("id")
                        .asString("");
        ObjectNode subnet = Json.object();
        subnet.putObject("subnet")
                .put("name", PREFIX + "main")
                .put("network_id", network)
                .put("ip_version", 4)
                .put("cidr", "10.200.0.0/16");
        String subnetId =
                send(client, cloud.call("POST", "network", "/subnets").with(Json.write(subnet)))
                        .path("subnet")
                        .path("id")
                        .asString("");
        return new Fixture(flavor, image, network, subnetId);
    }

    static String network(String name) {
        return "{\"network\": {\"name\": \"" + PREFIX + name + "\"}}";
    }

    private static String flavor(Endpoint cloud, Client client) throws IOException {
        for (JsonNode each :
                send(client, cloud.call("GET", "compute", "/flavors")).path("flavors")) {
            if (each.path("name").asString("").equals(PREFIX + "flavor")) {
                return each.path("id").asString("");
            }
        }
        String wanted =
                "{\"flavor\": {\"name\": \"%sflavor\", \"ram\": 64, \"vcpus\": 1, \"disk\": 1}}";
        return send(
                        client,
                        cloud.call("POST", "compute", "/flavors").with(wanted.formatted(PREFIX)))
                .path("flavor")
                .path("id")
                .asString("");
    }

    private static String image(Endpoint cloud, Client client) throws IOException {
        String wanted =
                "{\"name\": \"%simage\", \"disk_format\": \"raw\", \"container_format\": \"bare\"}";
        String id =
                send(client, cloud.call("POST", "image", "/images").with(wanted.formatted(PREFIX)))
                        .path("id")
                        .asString("");
        Call upload = cloud.call("PUT", "image", "/images/" + id + "/file");
        Map<String, String> headers = new java.util.HashMap<>(upload.headers());
        headers.put("Content-Type", "application/octet-stream");
        Call call =
                new Call(
                        "PUT", upload.url(), headers, "a disk that nothing boots from ".repeat(33));
        client.send(call).orFail(call);
        return id;
    }

    /** Takes away what {@link #make} made; servers and ports must be gone. */
    void remove(Endpoint cloud, Client client) throws IOException {
        client.send(cloud.call("DELETE", "network", "/networks/" + network));
        client.send(cloud.call("DELETE", "image", "/images/" + image));
        client.send(cloud.call("DELETE", "compute", "/flavors/" + flavor));
    }

    static JsonNode send(Client client, Call call) throws IOException {
        return client.send(call).orFail(call).json();
    }
}
