package org.monostack.platform.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.monostack.platform.http.Caller;

class PolicyTest {

    static final Caller MEMBER =
            new Caller(
                    "u1",
                    "alice",
                    "default",
                    "Default",
                    Optional.of("p1"),
                    Optional.of("web"),
                    Optional.of("default"),
                    Optional.of("Default"),
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    Set.of("member", "reader"),
                    "secret",
                    "audit",
                    Instant.EPOCH,
                    Optional.empty());

    private static final Caller SYSTEM =
            new Caller(
                    "u2",
                    "root",
                    "default",
                    "Default",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    true,
                    Set.of("Admin"),
                    "secret",
                    "audit",
                    Instant.EPOCH,
                    Optional.empty());

    private static boolean allows(String check, Map<String, ?> target, Caller caller) {
        return Policy.builder().rule("it", check).build().check("it", target, caller);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "@ | true",
                "~~ | true",
                "! | false",
                "role:member | true",
                "role:MEMBER | true",
                "role:admin | false",
                "not role:admin | true",
                "not not role:admin | false",
                "role:admin or role:reader and role:member | true",
                "role:member or role:reader and role:admin | true",
                "(role:member or role:reader) and role:admin | false",
                "NOT role:admin AND role:member | true",
                "user_id:u1 | true",
                "user_id:%(user_id)s | true",
                "user_id:%(owner)s | false",
                "user_id:%(missing)s | false",
                "project_id:%(target.project.id)s | true",
                "project_id:%(target.flat.id)s | true",
                "token.project.domain.id:%(target.project.domain_id)s | true",
                "tenant_id:%(project_id)s | true",
                "domain_id:%(nothing)s | false",
                "domain_id:None | true",
                "None:%(nothing)s | true",
                "True:%(enabled)s | true",
                "'web':%(name)s | true",
                "\"web\":%(name)s | true",
                "'shop':%(name)s | false",
                "42:%(count)s | true",
                "field:things:enabled=True | true",
                "field:things:enabled=False | false",
                "field:things:router:external=true | true",
                "field:things:nowhere=x | false",
                "field:things:name=~^we | true",
                "field:things:name=~^eb | false",
                "role:%(wanted)s | true",
                "system_scope:all | false",
                "user_domain_id:default and (not system_scope:all) | true",
                "is_admin:False | true",
                "no_such_attribute:x | false",
            })
    void judgesAMember(String check, boolean expected) {
        Map<String, Object> target = new HashMap<>();
        target.put("user_id", "u1");
        target.put("owner", "u9");
        target.put("project_id", "p1");
        target.put("target", Map.of("project", Map.of("id", "p1", "domain_id", "default")));
        target.put("target.flat.id", "p1");
        target.put("nothing", null);
        target.put("enabled", true);
        target.put("router:external", true);
        target.put("name", "web");
        target.put("count", 42);
        target.put("wanted", "member");
        assertThat(allows(check, target, MEMBER)).isEqualTo(expected);
    }

    @Test
    void knowsTheSystemScopeAndRolesInAnyCase() {
        assertThat(allows("role:admin and system_scope:all", Map.of(), SYSTEM)).isTrue();
        assertThat(allows("project_id:%(project_id)s", Map.of("project_id", "p1"), SYSTEM))
                .isFalse();
    }

    @Test
    void aTargetWithoutOwnerBelongsToNobody() {
        Map<String, Object> target = new HashMap<>();
        target.put("project_id", null);
        assertThat(allows("project_id:%(project_id)s", target, SYSTEM)).isFalse();
    }

    @Test
    void followsReferences() {
        Policy policy =
                Policy.builder()
                        .rule("admin_required", "role:admin or is_admin:1")
                        .rule("owner", "user_id:%(user_id)s")
                        .rule("show", "rule:admin_required or rule:owner")
                        .build();
        assertThat(policy.check("show", Map.of("user_id", "u1"), MEMBER)).isTrue();
        assertThat(policy.check("show", Map.of("user_id", "u3"), MEMBER)).isFalse();
        assertThat(policy.check("show", Map.of("user_id", "u3"), SYSTEM)).isTrue();
        assertThat(policy.check("unknown", Map.of(), SYSTEM)).isFalse();
    }

    @Test
    void anAdministratorIsWhoTheServiceSays() {
        Policy policy =
                Policy.builder()
                        .rule("context_is_admin", "role:reader")
                        .rule("admin_api", "is_admin:True")
                        .build();
        assertThat(policy.check("admin_api", Map.of(), MEMBER)).isTrue();
        assertThat(policy.check("admin_api", Map.of(), SYSTEM)).isFalse();
    }

    @Test
    void operatorsOverride() {
        Policy defaults = Policy.builder().rule("create", "role:admin", "Create a thing").build();
        Map<String, Object> file =
                PolicyFile.parse(
                        "policy.yaml",
                        "\"create\": \"rule:mine\"\nmine: [[\"role:member\", \"user_id:u1\"], [\"role:x\"]]\n");
        Policy policy = defaults.with(file);
        assertThat(policy.check("create", Map.of(), MEMBER)).isTrue();
        assertThat(defaults.check("create", Map.of(), MEMBER)).isFalse();
        assertThat(PolicySample.text(policy))
                .isEqualTo("# Create a thing\n#\"create\": \"role:admin\"\n\n");
        assertThat(policy.with(Map.of("default", "@")).check("anything", Map.of(), MEMBER))
                .isTrue();
    }

    @Test
    void listFormIsAnyOfAll() {
        Policy base = Policy.builder().build();
        assertThat(base.with(Map.of("r", List.of())).check("r", Map.of(), MEMBER)).isTrue();
        assertThat(base.with(Map.of("r", List.of(List.of()))).check("r", Map.of(), MEMBER))
                .isFalse();
        assertThat(
                        base.with(Map.of("r", List.of("role:x", "role:reader")))
                                .check("r", Map.of(), MEMBER))
                .isTrue();
        assertThat(
                        base.with(Map.of("r", List.of(List.of("role:x", "role:reader"))))
                                .check("r", Map.of(), MEMBER))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "role:a and",
                "or role:a",
                "(role:a",
                "role:a)",
                "role:a role:b",
                "nonsense",
                "not",
                "()",
                "http://example.org/check"
            })
    void refusesWhatItCannotParse(String check) {
        assertThatThrownBy(() -> Policy.builder().rule("broken", check))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("'broken'");
    }

    @Test
    void refusesCyclesAndUndefinedReferences() {
        assertThatThrownBy(
                        () -> Policy.builder().rule("a", "rule:b").rule("b", "not rule:a").build())
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("refers to itself");
        assertThatThrownBy(() -> Policy.builder().rule("a", "rule:b").build())
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("not defined");
        assertThatThrownBy(() -> PolicyFile.parse("policy.yaml", "- a\n- b\n"))
                .isInstanceOf(PolicyException.class);
        assertThatThrownBy(() -> PolicyFile.parse("policy.yaml", "a: [\n"))
                .isInstanceOf(PolicyException.class);
    }

    @Property(tries = 500)
    void anyTextIsParsedOrRefused(@ForAll String text) {
        try {
            allows(text, Map.of(), MEMBER);
        } catch (PolicyException e) {
            assertThat(e.getMessage()).contains("'it'");
        }
    }

    @Property(tries = 200)
    void andOrNotAgreeWithJava(@ForAll boolean a, @ForAll boolean b, @ForAll boolean c) {
        String check = "%s or %s and not %s".formatted(text(a), text(b), text(c));
        assertThat(allows(check, Map.of(), MEMBER)).isEqualTo(a || b && !c);
    }

    private static String text(boolean value) {
        return value ? "@" : "!";
    }
}
