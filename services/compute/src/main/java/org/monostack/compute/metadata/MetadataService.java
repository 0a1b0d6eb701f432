package org.monostack.compute.metadata;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.monostack.compute.model.Server;
import org.monostack.compute.store.ServerPasswordStore;
import org.monostack.compute.store.ServerStore;
import org.monostack.network.Networks;
import org.monostack.network.ServerPort;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;

/**
 * Answers guests that ask 169.254.169.254 about themselves. Who asks is known by the network on
 * which the connection came in and its source address, neither of which a guest can forge; there
 * are no tokens. Thread-safe.
 */
public final class MetadataService {
    /** The connection attribute that names the network a listening socket belongs to. */
    public static final String NETWORK_ATTRIBUTE = "network";

    /** As Nova: four properties of 255 characters each. */
    private static final int LONGEST_PASSWORD = 4 * 255;

    private static final String PLAIN = "text/plain; charset=UTF-8";

    private final Database database;
    private final ServerStore servers;
    private final Networks networks;
    private final ServerPasswordStore passwords;
    private final MetadataDocuments documents;

    public MetadataService(
            Database database,
            ServerStore servers,
            ServerPasswordStore passwords,
            Networks networks,
            MetadataDocuments documents) {
        this.database = database;
        this.servers = servers;
        this.passwords = passwords;
        this.networks = networks;
        this.documents = documents;
    }

    public void addTo(Routes routes) {
        routes.get("/", request -> text(String.join("\n", rootVersions()))).open();
        routes.get("/openstack", request -> openStackVersions(request)).open();
        routes.get("/openstack/{version}", this::openStackListing).open();
        routes.get("/openstack/content/{number}", this::content).open();
        routes.get("/openstack/{version}/{document}", this::openStackDocument).open();
        routes.get("/openstack/{version}/password", this::password).open();
        routes.post("/openstack/{version}/password", this::keepPassword).open().rawBody();
        routes.get("/{version}", this::ec2Root).open();
        routes.get("/{version}/user-data", this::ec2UserData).open();
        routes.get("/{version}/meta-data", this::ec2Listing).open();
        routes.get("/{version}/meta-data/{path*}", this::ec2Value).open();
    }

    private static List<String> rootVersions() {
        List<String> versions = new ArrayList<>(MetadataDocuments.EC2_VERSIONS);
        versions.add("latest");
        return versions;
    }

    private static Response text(String text) {
        return Response.text(200, PLAIN, text);
    }

    private record Guest(Server server, List<ServerPort> ports) {}

    private Guest guest(Request request) {
        Optional<String> network = request.attribute(NETWORK_ATTRIBUTE);
        if (network.isEmpty()) {
            throw ApiException.badRequest("Metadata is answered on the networks of servers only.");
        }
        UUID networkId = UUID.fromString(network.get());
        return find(networkId, request.remoteAddress())
                .orElseThrow(() -> ApiException.notFound("No server has this address."));
    }

    private Optional<Guest> find(UUID network, String address) {
        return database.inTransaction(tx ->
                networks.serverAt(tx, network, address)
                        .flatMap(id -> servers.find(tx, id))
                        .map(server -> new Guest(server, networks.ofServer(tx, server.id()))));
    }

    private Response openStackVersions(Request request) {
        guest(request);
        return text(String.join("\n", MetadataDocuments.OPENSTACK_VERSIONS));
    }

    private static void requireOpenStackVersion(Request request) {
        if (!MetadataDocuments.OPENSTACK_VERSIONS.contains(request.pathParameter("version"))) {
            throw ApiException.notFound("There is no such version.");
        }
    }

    private Response openStackListing(Request request) {
        requireOpenStackVersion(request);
        Guest guest = guest(request);
        return text(String.join("\n", documents.openStack(guest.server(), guest.ports()).keySet()));
    }

    private Response openStackDocument(Request request) {
        requireOpenStackVersion(request);
        Guest guest = guest(request);
        byte[] content =
                documents
                        .openStack(guest.server(), guest.ports())
                        .get(request.pathParameter("document"));
        if (content == null) {
            throw ApiException.notFound("There is no such document.");
        }
        String name = request.pathParameter("document");
        return Response.bytes(
                200,
                name.endsWith(".json")
                        ? "application/json"
                        : name.equals("user_data") ? "application/octet-stream" : PLAIN,
                content);
    }

    private Response password(Request request) {
        requireOpenStackVersion(request);
        Guest guest = guest(request);
        return text(
                database.inTransaction(tx -> passwords.find(tx, guest.server().id())).orElse(""));
    }

    /** A guest tells the password that it made up, encrypted; once, until the user clears it. */
    private Response keepPassword(Request request) throws IOException {
        requireOpenStackVersion(request);
        Guest guest = guest(request);
        byte[] content = request.bodyStream().readNBytes(LONGEST_PASSWORD + 1);
        if (content.length > LONGEST_PASSWORD) {
            throw ApiException.badRequest(
                    "The password has more than " + LONGEST_PASSWORD + " bytes.");
        }
        String password = new String(content, StandardCharsets.US_ASCII);
        if (!database.inTransaction(tx -> passwords.insert(tx, guest.server().id(), password))) {
            throw ApiException.conflict("The server has a password already.");
        }
        return Response.empty(200);
    }

    private Response content(Request request) {
        Guest guest = guest(request);
        byte[] content =
                documents
                        .configDrive(guest.server(), guest.ports())
                        .get("openstack/content/" + request.pathParameter("number"));
        if (content == null) {
            throw ApiException.notFound("There is no such file.");
        }
        return Response.bytes(200, "application/octet-stream", content);
    }

    private static void requireEc2Version(Request request) {
        if (!rootVersions().contains(request.pathParameter("version"))) {
            throw ApiException.notFound("There is no such version.");
        }
    }

    private Response ec2Root(Request request) {
        requireEc2Version(request);
        Guest guest = guest(request);
        return text(
                documents.userData(guest.server()).isPresent()
                        ? "meta-data/\nuser-data"
                        : "meta-data/");
    }

    private Response ec2UserData(Request request) {
        requireEc2Version(request);
        Guest guest = guest(request);
        return Response.bytes(
                200,
                "application/octet-stream",
                documents
                        .userData(guest.server())
                        .orElseThrow(() -> ApiException.notFound("There is no user data.")));
    }

    private Response ec2Listing(Request request) {
        requireEc2Version(request);
        Guest guest = guest(request);
        return text(listing(documents.ec2(guest.server(), guest.ports())));
    }

    private Response ec2Value(Request request) {
        requireEc2Version(request);
        Guest guest = guest(request);
        Object value = documents.ec2(guest.server(), guest.ports());
        for (String name : request.pathParameter("path").split("/")) {
            if (name.isEmpty()) {
                continue;
            }
            Map<?, ?> branch =
                    switch (value) {
                        case Ec2Tree.Named named -> named.leaves();
                        case Map<?, ?> map -> map;
                        default -> Map.of();
                    };
            Object next = branch.get(name);
            if (next == null) {
                throw ApiException.notFound("There is no " + name + " here.");
            }
            value = next;
        }
        return text(
                switch (value) {
                    case Ec2Tree.Named named -> listing(named.leaves());
                    case Map<?, ?> map -> listing(map);
                    default -> value.toString();
                });
    }

    private static String listing(Map<?, ?> branch) {
        List<String> lines = new ArrayList<>();
        branch.forEach((name, value) ->
                lines.add(
                        switch (value) {
                            case Ec2Tree.Named named -> name + "=" + named.name();
                            case Map<?, ?> map -> name + "/";
                            default -> name.toString();
                        }));
        return String.join("\n", lines);
    }
}
