package org.monostack.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.monostack.platform.testing.TestClient;
import tools.jackson.databind.JsonNode;

/** Images as resources. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImagesTest {
    private static final String RAW = "'disk_format':'raw','container_format':'bare'";

    @SuppressWarnings("NullAway.Init")
    private ImageLab lab;

    @BeforeAll
    void open() {
        lab = new ImageLab();
    }

    @AfterAll
    void close() {
        lab.close();
    }

    @Test
    void aNewImageIsQueuedSharedAndHasNoContent() {
        JsonNode image =
                lab.user
                        .post(
                                "/v2/images",
                                "{'name':'a'," + RAW + ",'os_distro':'debian','tags':['x','x']}")
                        .expect(201)
                        .json();
        assertThat(image.path("status").asString()).isEqualTo("queued");
        assertThat(image.path("visibility").asString()).isEqualTo("shared");
        assertThat(image.path("owner").asString()).isEqualTo(lab.project);
        assertThat(image.path("size").isNull()).isTrue();
        assertThat(image.path("checksum").isNull()).isTrue();
        assertThat(image.path("os_distro").asString()).isEqualTo("debian");
        assertThat(image.path("tags")).hasSize(1);
        assertThat(image.path("file").asString()).endsWith("/file");
        assertThat(image.path("created_at").asString()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
        lab.user.get(image.path("self").asString()).expect(200);
    }

    @Test
    void aClientMayChooseTheIdOnce() {
        String id = UUID.randomUUID().toString();
        lab.user.post("/v2/images", "{'id':'" + id + "'}").expect(201);
        lab.user.post("/v2/images", "{'id':'" + id + "'}").expect(409);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    400 | {'disk_format':'wrong'}
                    400 | {'container_format':'wrong'}
                    400 | {'name':1}
                    400 | {'min_ram':-1}
                    400 | {'min_disk':'1'}
                    400 | {'min_disk':99999999999}
                    400 | {'protected':'yes'}
                    400 | {'visibility':'everybody'}
                    400 | {'id':'x'}
                    400 | {'my_property':5}
                    400 | {'tags':'x'}
                    400 | ['x']
                    400 | {'name':
                    403 | {'size':5}
                    403 | {'status':'active'}
                    403 | {'self':'/x'}
                    403 | {'os_glance_foo':'bar'}
                    403 | {'deleted':'true'}
                    403 | {'visibility':'public'}
                    403 | {'owner':'somebody'}
                    """)
    void aBadImageIsRefused(int status, String body) {
        lab.user.post("/v2/images", body).expect(status);
    }

    @Test
    void readersMayNotCreate() {
        lab.reader.post("/v2/images", "{'name':'x'}").expect(403);
        lab.server.anonymous().get("/v2/images").expect(401);
    }

    @Test
    void othersDoNotSeeAPrivateImage() {
        String id = lab.create("{'visibility':'private'}");
        lab.other.get("/v2/images/" + id).expect(404);
        lab.other.delete("/v2/images/" + id).expect(404);
        lab.patch(lab.other, id, "[]").expect(404);
        lab.reader.get("/v2/images/" + id).expect(200);
        lab.reader.delete("/v2/images/" + id).expect(403);
        lab.admin.get("/v2/images/" + id).expect(200);
    }

    @Test
    void anUnknownOrEmptyIdIsNotFound() {
        lab.user.get("/v2/images/" + UUID.randomUUID()).expect(404);
        lab.user.get("/v2/images/nothing").expect(404);
        lab.user.get("/v2/images/").expect(404);
        lab.user.delete("/v2/images/").expect(404);
        lab.user.delete("/v2/images/" + UUID.randomUUID()).expect(404);
    }

    @Test
    void changesAreAppliedTogetherOrNotAtAll() {
        String id = lab.create("{'name':'before','kept':'1','gone':'2'," + RAW + "}");
        JsonNode image =
                lab.patch(
                                lab.user,
                                id,
                                "[{'op':'replace','path':'/name','value':'after'},"
                                        + "{'op':'remove','path':'/gone'},"
                                        + "{'op':'add','path':'/new~1name','value':'3'},"
                                        + "{'op':'replace','path':'/tags','value':['t']},"
                                        + "{'op':'replace','path':'/min_ram','value':64}]")
                        .expect(200)
                        .json();
        assertThat(image.path("name").asString()).isEqualTo("after");
        assertThat(image.has("gone")).isFalse();
        assertThat(image.path("new/name").asString()).isEqualTo("3");
        assertThat(image.path("min_ram").asInt()).isEqualTo(64);
        lab.patch(
                        lab.user,
                        id,
                        "[{'op':'replace','path':'/name','value':'third'},"
                                + "{'op':'remove','path':'/nothing'}]")
                .expect(409);
        assertThat(lab.user.get("/v2/images/" + id).json().path("name").asString())
                .isEqualTo("after");
        lab.user
                .with("Content-Type", "application/openstack-images-v2.0-json-patch")
                .patch("/v2/images/" + id, "[{'replace':'/name','value':'old way'}]")
                .expect(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    400 | {}
                    400 | [{'path':'/name','value':'x'}]
                    400 | [{'op':'move','path':'/name','value':'x'}]
                    400 | [{'op':'replace','path':'name','value':'x'}]
                    400 | [{'op':'replace','path':'/name/x','value':'x'}]
                    400 | [{'op':'replace','path':'/name'}]
                    400 | [{'op':'replace','path':'/name','value':7}]
                    403 | [{'op':'replace','path':'/id','value':'x'}]
                    403 | [{'op':'replace','path':'/size','value':1}]
                    403 | [{'op':'remove','path':'/name'}]
                    403 | [{'op':'replace','path':'/owner','value':'x'}]
                    403 | [{'op':'replace','path':'/visibility','value':'public'}]
                    403 | [{'op':'add','path':'/os_glance_foo','value':'x'}]
                    403 | [{'op':'add','path':'/locations/-','value':{'url':'x','metadata':{}}}]
                    409 | [{'op':'replace','path':'/nothing','value':'x'}]
                    """)
    void aBadChangeIsRefused(int status, String changes) {
        lab.patch(lab.user, lab.create("{'name':'x'}"), changes).expect(status);
    }

    @Test
    void aChangeNeedsItsMediaType() {
        String id = lab.create("{'name':'x'}");
        TestClient.Answer answer = lab.user.patch("/v2/images/" + id, "[]").expect(415);
        assertThat(answer.header("Accept-Patch")).isPresent();
    }

    @Test
    void aProtectedImageStays() {
        String id = lab.create("{'protected':true}");
        lab.user.delete("/v2/images/" + id).expect(403);
        lab.patch(lab.user, id, "[{'op':'replace','path':'/protected','value':false}]").expect(200);
        lab.user.delete("/v2/images/" + id).expect(204);
        lab.user.get("/v2/images/" + id).expect(404);
    }

    @Test
    void tagsAreAddedAndRemovedOneByOne() {
        String id = lab.create("{'name':'x'}");
        lab.user.put("/v2/images/" + id + "/tags/a%20b").expect(204);
        lab.user.put("/v2/images/" + id + "/tags/a%20b").expect(204);
        assertThat(lab.user.get("/v2/images/" + id).json().path("tags").get(0).asString())
                .isEqualTo("a b");
        lab.user.delete("/v2/images/" + id + "/tags/a%20b").expect(204);
        lab.user.delete("/v2/images/" + id + "/tags/a%20b").expect(404);
        lab.user.put("/v2/images/" + id + "/tags/" + "x".repeat(256)).expect(400);
        lab.user.put("/v2/images/" + UUID.randomUUID() + "/tags/x").expect(404);
    }

    @Test
    void listsArePagedInTheOrderAskedFor() {
        String mark = UUID.randomUUID().toString();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            expected.add(lab.create("{'name':'n" + i % 3 + "','mark':'" + mark + "'," + RAW + "}"));
        }
        List<String> seen = new ArrayList<>();
        List<String> names = new ArrayList<>();
        String next = "/v2/images?limit=2&sort=name:asc&mark=" + mark;
        while (!next.isEmpty()) {
            JsonNode page = lab.user.get(next).expect(200).json();
            page.path("images")
                    .forEach(image -> {
                        seen.add(image.path("id").asString());
                        names.add(image.path("name").asString());
                    });
            next = page.path("next").asString("");
        }
        assertThat(seen).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(names).isSorted();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    name=in:%22one%22,two | 2
                    name=one | 1
                    disk_format=qcow2 | 1
                    status=active | 0
                    tag=t1 | 2
                    tag=t1&tag=t2 | 1
                    color=red | 1
                    min_ram_min=10 | 1
                    min_ram_max=10 | 2
                    protected=False | 3
                    created_at=gte:2020-01-01 | 3
                    created_at=lt:2020-01-01T00:00:00Z | 0
                    os_hidden=true | 1
                    visibility=private | 1
                    visibility=community | 0
                    """)
    void filtersNarrowAList(String filter, int count) {
        ImageLab own = lab;
        String mark = UUID.randomUUID().toString();
        String common = "'mark':'" + mark + "'";
        own.create("{'name':'one','disk_format':'qcow2','tags':['t1','t2']," + common + "}");
        own.create("{'name':'two','tags':['t1'],'min_ram':20," + common + "}");
        own.create("{'name':'three','color':'red','visibility':'private'," + common + "}");
        own.create("{'name':'hidden','os_hidden':true," + common + "}");
        JsonNode images = own.user.get("/v2/images?mark=" + mark + "&" + filter).expect(200).json();
        assertThat(images.path("images")).hasSize(count);
    }

    @ParameterizedTest
    @CsvSource({
        "limit=x",
        "limit=-1",
        "marker=x",
        "sort=name:up",
        "sort=color:asc",
        "sort=name&sort_key=name",
        "visibility=x",
        "member_status=x",
        "created_at=gt:yesterday",
        "size_min=x",
        "protected=perhaps"
    })
    void aBadFilterIsRefused(String query) {
        lab.user.get("/v2/images?" + query).expect(400);
    }

    @Test
    void sharedImagesShowOnceAccepted() {
        String id = lab.create("{'name':'offer'}");
        lab.other.get("/v2/images/" + id).expect(404);
        JsonNode member =
                lab.user
                        .post(
                                "/v2/images/" + id + "/members",
                                "{'member':'" + lab.otherProject + "'}")
                        .expect(200)
                        .json();
        assertThat(member.path("status").asString()).isEqualTo("pending");
        lab.user
                .post("/v2/images/" + id + "/members", "{'member':'" + lab.otherProject + "'}")
                .expect(409);
        lab.other.get("/v2/images/" + id).expect(200);
        assertThat(listed(lab.other, "")).doesNotContain(id);
        assertThat(listed(lab.other, "?visibility=shared&member_status=pending")).contains(id);
        String path = "/v2/images/" + id + "/members/" + lab.otherProject;
        lab.user.put(path, "{'status':'accepted'}").expect(403);
        lab.other.put(path, "{'status':'maybe'}").expect(400);
        lab.other.put(path, "{'status':'accepted'}").expect(200);
        assertThat(listed(lab.other, "")).contains(id);
        assertThat(lab.other.get(path).expect(200).json().path("member_id").asString())
                .isEqualTo(lab.otherProject);
        assertThat(lab.user.get("/v2/images/" + id + "/members").json().path("members")).hasSize(1);
        lab.other.delete(path).expect(403);
        lab.user.delete(path).expect(204);
        lab.user.delete(path).expect(404);
        lab.other.get("/v2/images/" + id).expect(404);
    }

    @Test
    void onlySharedImagesHaveMembers() {
        String id = lab.create("{'visibility':'private'}");
        lab.user.post("/v2/images/" + id + "/members", "{'member':'x'}").expect(403);
        lab.user.get("/v2/images/" + id + "/members").expect(403);
    }

    @Test
    void communityImagesShowWhenAskedFor() {
        String id = lab.create("{'visibility':'community'}");
        assertThat(listed(lab.other, "")).doesNotContain(id);
        assertThat(listed(lab.other, "?visibility=community")).contains(id);
        lab.other.get("/v2/images/" + id).expect(200);
        lab.patch(lab.other, id, "[]").expect(403);
    }

    @Test
    void versionsSchemasAndInfoAreThere() {
        JsonNode versions = lab.server.anonymous().get("/").expect(300).json();
        assertThat(versions.path("versions").get(0).path("id").asString()).isEqualTo("v2.16");
        lab.server.anonymous().get("/versions").expect(200);
        for (String name : List.of("image", "images", "member", "members", "task", "tasks")) {
            assertThat(
                            lab.user
                                    .get("/v2/schemas/" + name)
                                    .expect(200)
                                    .json()
                                    .path("name")
                                    .asString())
                    .isEqualTo(name);
        }
        lab.user.get("/v2/schemas/metadefs/namespace").expect(200);
        assertThat(lab.user.get("/v2/schemas/metadefs/resource_types").json().path("name"))
                .hasToString("\"resource_type_associations\"");
        lab.user.get("/v2/schemas/nothing").expect(404);
        lab.user.get("/v2/info/import").expect(200);
        lab.user.get("/v2/info/stores").expect(200);
        lab.user.get("/v2/info/stores/detail").expect(403);
    }

    @Test
    void errorsComeInTheFormThatIsAccepted() {
        TestClient.Answer html =
                lab.user.with("Accept", "*/*").get("/v2/images/%3Cb%3E").expect(404);
        assertThat(html.header("Content-Type").orElse("")).startsWith("text/html");
        assertThat(html.text()).contains("404 Not Found").contains("&lt;b&gt;");
        TestClient.Answer json =
                lab.user.with("Accept", "application/json").get("/v2/images/x").expect(404);
        assertThat(json.json().path("code").asString()).isEqualTo("404 Not Found");
    }

    private List<String> listed(TestClient client, String query) {
        List<String> ids = new ArrayList<>();
        client.get("/v2/images" + query + (query.isEmpty() ? "?" : "&") + "limit=1000")
                .expect(200)
                .json()
                .path("images")
                .forEach(image -> ids.add(image.path("id").asString()));
        return ids;
    }
}
