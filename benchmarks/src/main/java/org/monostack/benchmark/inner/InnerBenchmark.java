package org.monostack.benchmark.inner;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.monostack.platform.crypto.Fernet;
import org.monostack.platform.http.Caller;
import org.monostack.platform.json.Json;
import org.monostack.platform.policy.Policy;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Tokens, policy and views. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class InnerBenchmark {

    private static final int SERVERS = 100;

    private final Fernet fernet = new Fernet(List.of(Fernet.newKey()));
    private final byte[] payload = new byte[96];
    private final String token = fernet.encrypt(payload, Instant.EPOCH);
    private final ObjectNode page = page();
    private final byte[] bytes = Json.bytes(page);

    private static ObjectNode page() {
        ObjectNode page = Json.object();
        ArrayNode servers = page.putArray("servers");
        for (int i = 0; i < SERVERS; i++) {
            ObjectNode server = servers.addObject();
            server.put("id", "6f3b1ed0-7b5c-4ac8-9a35-3f5e5a7cf" + i);
            for (int field = 0; field < 30; field++) {
                server.put("OS-EXT-ATTRIBUTE:field" + field, "a value of usual length");
            }
            server.putObject("flavor").setAll(Map.of("vcpus", server.numberNode(1)));
        }
        return page;
    }

    private final Policy policy =
            Policy.builder()
                    .rule("context_is_admin", "role:admin")
                    .rule("project_reader", "role:reader and project_id:%(project_id)s")
                    .rule("project_reader_or_admin", "rule:project_reader or rule:context_is_admin")
                    .rule("servers:show", "rule:project_reader_or_admin")
                    .build();
    private final Caller caller =
            new Caller(
                    "7d3ac6b6f5a54c1d8ab2ef5ef6dbd6b1",
                    "alice",
                    "default",
                    "Default",
                    Optional.of("f5a54c1d8ab2ef5ef6dbd6b17d3ac6b6"),
                    Optional.of("web"),
                    Optional.of("default"),
                    Optional.of("Default"),
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    Set.of("member", "reader"),
                    token,
                    "audit",
                    Instant.EPOCH,
                    Optional.empty());
    private final Map<String, String> target =
            Map.of("project_id", "f5a54c1d8ab2ef5ef6dbd6b17d3ac6b6", "user_id", "somebody");

    @Benchmark
    public Object policy() {
        return policy.check("servers:show", target, caller);
    }

    @Benchmark
    public Object fernetEncrypt() {
        return fernet.encrypt(payload, Instant.EPOCH);
    }

    @Benchmark
    public Object fernetDecrypt() {
        return fernet.decrypt(token);
    }

    /** A page of a hundred servers. */
    @Benchmark
    public Object jsonWritePage() {
        return Json.bytes(page);
    }

    @Benchmark
    public Object jsonReadPage() {
        return Json.read(bytes);
    }
}
