package org.monostack.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Metadata definitions. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MetadefsTest {
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

    private String namespace(String more) {
        String name = "n" + UUID.randomUUID();
        lab.admin
                .post("/v2/metadefs/namespaces", "{'namespace':'" + name + "'" + more + "}")
                .expect(201);
        return "/v2/metadefs/namespaces/" + name;
    }

    @Test
    void aNamespaceHoldsWhatItIsMadeWith() {
        String path =
                namespace(
                        ",'visibility':'public','protected':true,"
                                + "'resource_type_associations':[{'name':'OS::Nova::Flavor'}],"
                                + "'properties':{'p':{'title':'P','type':'string'}},"
                                + "'objects':[{'name':'o'}],'tags':[{'name':'t'}]");
        JsonNode namespace = lab.user.get(path).expect(200).json();
        assertThat(namespace.path("resource_type_associations").get(0).path("name").asString())
                .isEqualTo("OS::Nova::Flavor");
        assertThat(namespace.path("properties").path("p").path("title").asString()).isEqualTo("P");
        lab.user.delete(path).expect(403);
        lab.admin.delete(path).expect(403);
        String name = namespace.path("namespace").asString();
        lab.admin
                .put(path, "{'namespace':'" + name + "','protected':false,'visibility':'private'}")
                .expect(200);
        lab.user.get(path).expect(404);
        lab.admin.delete(path).expect(204);
        lab.admin.get(path).expect(404);
    }

    @Test
    void namespacesAreListedForThoseWhoSeeThem() {
        String name = namespace(",'visibility':'public'").replaceFirst(".*/", "");
        assertThat(lab.user.get("/v2/metadefs/namespaces?limit=1000").expect(200).text())
                .contains(name);
        lab.user.get("/v2/metadefs/namespaces?visibility=x").expect(400);
        lab.user.post("/v2/metadefs/namespaces", "{'namespace':'mine'}").expect(403);
        lab.admin.post("/v2/metadefs/namespaces", "{'namespace':'" + name + "'}").expect(409);
        lab.admin.post("/v2/metadefs/namespaces", "{'namespace':5}").expect(400);
        assertThat(
                        lab.user
                                .get("/v2/metadefs/resource_types")
                                .expect(200)
                                .json()
                                .path("resource_types"))
                .isNotEmpty();
    }

    @Test
    void objectsPropertiesAndTypesComeAndGo() {
        String path = namespace(",'visibility':'public'");
        lab.admin.post(path + "/objects", "{'name':'o'}").expect(201);
        lab.admin.post(path + "/objects", "{'name':'o'}").expect(409);
        lab.admin.post(path + "/objects", "{'title':'o'}").expect(400);
        lab.admin.put(path + "/objects/o", "{'name':'o2','description':'d'}").expect(200);
        assertThat(lab.user.get(path + "/objects").json().path("objects").get(0).path("name"))
                .hasToString("\"o2\"");
        lab.user.get(path + "/objects/o").expect(404);
        lab.admin.delete(path + "/objects/o2").expect(204);
        lab.admin.delete(path + "/objects/o2").expect(404);

        String property = "{'name':'OS::X','title':'X','type':'string','enum':['a']}";
        lab.admin.post(path + "/properties", property).expect(201);
        lab.admin.post(path + "/properties", "{'name':'x','title':'X','type':'no'}").expect(400);
        assertThat(lab.user.get(path + "/properties/OS::X").json().path("title").asString())
                .isEqualTo("X");
        lab.admin.put(path + "/properties/OS::X", property.replace("'X'", "'Y'")).expect(200);
        lab.admin.delete(path + "/properties/OS::X").expect(204);
        assertThat(lab.user.get(path + "/properties").json().path("properties")).isEmpty();

        lab.admin.post(path + "/resource_types", "{'name':'OS::Nova::Server'}").expect(201);
        assertThat(lab.user.get(path + "/resource_types").json().path("resource_type_associations"))
                .hasSize(1);
        lab.admin.delete(path + "/resource_types/OS::Nova::Server").expect(204);
        lab.user.post(path + "/objects", "{'name':'o'}").expect(403);
    }

    @Test
    void tagsAreSetTogetherOrOneByOne() {
        String path = namespace("") + "/tags";
        lab.admin.post(path, "{'tags':[{'name':'a'},{'name':'b'}]}").expect(201);
        lab.admin.post(path + "/c").expect(201);
        lab.admin.post(path + "/c").expect(409);
        lab.admin.put(path + "/c", "{'name':'d'}").expect(200);
        assertThat(lab.admin.get(path).json().path("tags")).hasSize(3);
        lab.admin
                .with("X-Openstack-Append", "True")
                .post(path, "{'tags':[{'name':'e'}]}")
                .expect(201);
        assertThat(lab.admin.get(path).json().path("tags")).hasSize(4);
        lab.admin.delete(path + "/d").expect(204);
        lab.admin.delete(path).expect(204);
        assertThat(lab.admin.get(path).json().path("tags")).isEmpty();
    }
}
