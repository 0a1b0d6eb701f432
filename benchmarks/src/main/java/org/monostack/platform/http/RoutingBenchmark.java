package org.monostack.platform.http;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Finding a route among as many as the largest service has. In this package since matching is its
 * own matter.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RoutingBenchmark {

    private static final int COLLECTIONS = 60;

    private final Routes routes = new Routes();

    @Setup
    public void fill() {
        for (int i = 0; i < COLLECTIONS; i++) {
            String collection = "/v2.1/things" + i;
            routes.get(collection, request -> Response.empty(200));
            routes.get(collection + "/detail", request -> Response.empty(200));
            routes.get(collection + "/{id}", request -> Response.empty(200));
            routes.post(collection + "/{id}/action", request -> Response.empty(202));
            routes.delete(collection + "/{id}/parts/{part}", request -> Response.empty(204));
        }
    }

    @Benchmark
    public Object routing() {
        return routes.match("/v2.1/things47/6f3b1ed0-7b5c-4ac8-9a35-3f5e5a7cf2a1/action")
                .of("POST");
    }
}
