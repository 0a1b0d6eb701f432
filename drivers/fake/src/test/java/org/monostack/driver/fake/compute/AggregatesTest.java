package org.monostack.driver.fake.compute;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Aggregates are made, filled with hosts, shown, emptied and removed. */
class AggregatesTest {

    @Test
    void anAggregateIsShownWithItsHosts() {
        try (ComputeFixture cloud = new ComputeFixture()) {
            long id =
                    cloud.admin
                            .post("/v2.1/os-aggregates", "{'aggregate': {'name': 'racks'}}")
                            .expect(200)
                            .json()
                            .at("/aggregate/id")
                            .asLong();
            String path = "/v2.1/os-aggregates/" + id;
            cloud.admin
                    .post(path + "/action", "{'add_host': {'host': '" + cloud.host + "'}}")
                    .expect(200);
            assertThat(cloud.admin.get(path).expect(200).json().at("/aggregate/hosts").values())
                    .extracting(host -> host.asString())
                    .containsExactly(cloud.host);
            cloud.member.get(path).expect(403);
            cloud.admin.delete(path).expect(400);
            cloud.admin
                    .post(path + "/action", "{'remove_host': {'host': '" + cloud.host + "'}}")
                    .expect(200);
            cloud.admin.delete(path).expect(200);
            cloud.admin.get(path).expect(404);
            cloud.admin.get("/v2.1/os-aggregates/x").expect(400);
        }
    }
}
