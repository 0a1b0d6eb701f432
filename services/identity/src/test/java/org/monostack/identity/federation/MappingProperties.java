package org.monostack.identity.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.monostack.identity.model.Federation.MappingRules;

/** What must be true of mappings whatever a provider states. */
class MappingProperties {

    private static Mapped apply(String rules, Map<String, String> stated) {
        return Mapping.of(new MappingRules("m", rules.replace('\'', '"'), "2.0")).apply(stated);
    }

    private static String groups(String condition) {
        return "[{'local':[{'user':{'name':'{0}'},'groups':'{1}','domain':{'id':'d'}}],"
                + "'remote':[{'type':'NAME'},{'type':'GROUPS'"
                + condition
                + "}]}]";
    }

    private static Set<String> names(Mapped mapped) {
        Set<String> names = new LinkedHashSet<>();
        mapped.groups().forEach(group -> names.add(group.name()));
        return names;
    }

    /** Names of groups; a list of them in brackets would be read as several. */
    @Provide
    Arbitrary<List<String>> names() {
        return Arbitraries.strings()
                .withCharRange('a', 'e')
                .withChars(" '\"\\ü,{}")
                .ofMinLength(1)
                .ofMaxLength(6)
                .list()
                .ofMinSize(1)
                .ofMaxSize(6);
    }

    @Property(tries = 300)
    void everyStatedGroupIsMapped(@ForAll("names") List<String> stated) {
        Mapped mapped =
                apply(groups(""), Map.of("NAME", "ann", "GROUPS", String.join(";", stated)));
        assertThat(names(mapped)).containsExactlyElementsOf(new LinkedHashSet<>(stated));
    }

    @Property(tries = 300)
    void whitelistAndBlacklistShareTheValues(@ForAll("names") List<String> stated) {
        Map<String, String> attributes = Map.of("NAME", "ann", "GROUPS", String.join(";", stated));
        Set<String> kept = names(apply(groups(",'whitelist':['a','b','ab']"), attributes));
        Set<String> left = names(apply(groups(",'blacklist':['a','b','ab']"), attributes));
        assertThat(kept).isSubsetOf("a", "b", "ab");
        assertThat(left).doesNotContain("a", "b", "ab");
        Set<String> all = new LinkedHashSet<>(kept);
        all.addAll(left);
        assertThat(all).containsExactlyInAnyOrderElementsOf(new LinkedHashSet<>(stated));
    }

    @Property(tries = 300)
    void oneOfAConditionAndItsOppositeHolds(@ForAll("names") List<String> stated) {
        Map<String, String> attributes = Map.of("GROUPS", String.join(";", stated));
        String rules =
                "[{'local':[{'user':{'name':'in'}}],'remote':[{'type':'GROUPS','any_one_of':"
                        + "['^a'],'regex':true}]},{'local':[{'user':{'name':'out'}}],'remote':"
                        + "[{'type':'GROUPS','not_any_of':['^a'],'regex':true}]}]";
        boolean in = stated.stream().anyMatch(it -> it.startsWith("a"));
        assertThat(apply(rules, attributes).user().name()).contains(in ? "in" : "out");
    }

    @Property(tries = 300)
    void aListIsReadAsItWasWritten(@ForAll List<String> texts) {
        assertThat(PythonText.texts(PythonText.list(texts))).isEqualTo(texts);
    }

    @Property(tries = 300)
    void aTextWithoutBracesStaysAsItIs(@ForAll String text) {
        String plain = text.replace("{", "").replace("}", "");
        assertThat(PythonText.format(plain, List.of())).isEqualTo(plain);
    }

    @Property(tries = 300)
    void whateverIsStatedEndsInAUserOrARefusal(
            @ForAll Map<String, String> stated, @ForAll String name) {
        try {
            assertThat(apply(groups(""), stated).groups()).isNotNull();
        } catch (Mapping.NotMapped e) {
            assertThat(e).hasMessageContaining("no rule");
        }
        assertThat(
                        apply(
                                        "[{'local':[{'user':{'name':'<{0}>'}}],"
                                                + "'remote':[{'type':'NAME'}]}]",
                                        Map.of("NAME", name.replace(";", "")))
                                .user()
                                .name())
                .contains("<" + name.replace(";", "") + ">");
    }

    @Example
    void theFirstRuleNamesTheUserAndAllAddGroups() {
        Mapped mapped =
                apply(
                        "[{'local':[{'user':{'name':'{0}'}},{'group':{'id':'g1'}}],'remote':"
                                + "[{'type':'NAME'}]},{'local':[{'user':{'name':'other'}},"
                                + "{'group':{'name':'g2','domain':{'name':'D'}}},{'group_ids':'{0}'}],"
                                + "'remote':[{'type':'IDS'}]}]",
                        Map.of("NAME", "ann", "IDS", "x;y"));
        assertThat(mapped.user().name()).contains("ann");
        assertThat(mapped.groupIds()).containsExactlyInAnyOrder("g1", "x", "y");
        assertThat(names(mapped)).containsExactly("g2");
    }

    @Example
    void aDomainBesideTheUserIsTheDomainOfAll() {
        Mapped mapped =
                apply(
                        "[{'local':[{'user':{'name':'{0}'},'domain':{'id':'d'},'projects':["
                                + "{'name':'p','roles':[{'name':'r'}]}]}],'remote':[{'type':'N'}]}]",
                        Map.of("N", "ann"));
        assertThat(mapped.user().domain().flatMap(Mapped.DomainName::id)).contains("d");
        assertThat(mapped.projects().getFirst().domain().flatMap(Mapped.DomainName::id))
                .contains("d");
    }

    @Example
    void aTemplateThatNamesNothingIsRefused() {
        assertThatThrownBy(() ->
                        apply(
                                "[{'local':[{'user':{'name':'{1}'}}],'remote':[{'type':'NAME'}]}]",
                                Map.of("NAME", "ann")))
                .isInstanceOf(Mapping.NotMapped.class);
    }
}
