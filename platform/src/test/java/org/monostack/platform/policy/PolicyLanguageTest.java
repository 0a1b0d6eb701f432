package org.monostack.platform.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Any expression means what its tree means, however it is spaced, bracketed and capitalised. */
class PolicyLanguageTest {

    private static final Map<String, Object> TARGET = Map.of("owner", "u1", "other", "u2");

    /** Checks of every kind, with what they say of {@link PolicyTest#MEMBER}. */
    private static final Map<String, Boolean> LEAVES =
            Map.ofEntries(
                    Map.entry("@", true),
                    Map.entry("!", false),
                    Map.entry("role:member", true),
                    Map.entry("role:ADMIN", false),
                    Map.entry("user_id:%(owner)s", true),
                    Map.entry("user_id:%(other)s", false),
                    Map.entry("project_id:p1", true),
                    Map.entry("domain_id:None", true),
                    Map.entry("system_scope:all", false),
                    Map.entry("'u1':%(owner)s", true),
                    Map.entry("rule:yes", true),
                    Map.entry("rule:no", false));

    sealed interface Tree {}

    record Leaf(String text) implements Tree {}

    record Not(Tree inner) implements Tree {}

    record Many(boolean all, List<Tree> parts) implements Tree {}

    @Provide
    Arbitrary<Tree> trees() {
        Arbitrary<Tree> leaves =
                Arbitraries.of(LEAVES.keySet().stream().sorted().toList()).map(Leaf::new);
        return Arbitraries.recursive(
                () -> leaves,
                below ->
                        Arbitraries.oneOf(
                                below.map(Not::new),
                                Combinators.combine(
                                                Arbitraries.of(true, false),
                                                below.list().ofMinSize(2).ofMaxSize(3))
                                        .as(Many::new)),
                0,
                4);
    }

    private static boolean meaning(Tree tree) {
        return switch (tree) {
            case Leaf leaf -> Boolean.TRUE.equals(LEAVES.get(leaf.text()));
            case Not not -> !meaning(not.inner());
            case Many many ->
                    many.all()
                            ? many.parts().stream().allMatch(PolicyLanguageTest::meaning)
                            : many.parts().stream().anyMatch(PolicyLanguageTest::meaning);
        };
    }

    /** With no more brackets than the precedences ask for, but for some that nobody needs. */
    private static String text(Tree tree, int outer, Random chance) {
        int own = tree instanceof Many many ? many.all() ? 2 : 1 : 3;
        String text =
                switch (tree) {
                    case Leaf leaf -> leaf.text();
                    case Not not -> word("not", chance) + text(not.inner(), 3, chance);
                    case Many many -> {
                        StringBuilder joined = new StringBuilder();
                        for (Tree part : many.parts()) {
                            if (!joined.isEmpty()) {
                                joined.append(' ').append(word(many.all() ? "and" : "or", chance));
                            }
                            joined.append(text(part, own + 1, chance));
                        }
                        yield joined.toString();
                    }
                };
        boolean needless = chance.nextInt(8) == 0;
        return own < outer || needless ? "(" + blank(chance) + text + blank(chance) + ")" : text;
    }

    private static String word(String keyword, Random chance) {
        return (chance.nextInt(4) == 0 ? keyword.toUpperCase(java.util.Locale.ROOT) : keyword)
                + " "
                + blank(chance);
    }

    private static String blank(Random chance) {
        return switch (chance.nextInt(6)) {
            case 0 -> " ";
            case 1 -> "\n ";
            default -> "";
        };
    }

    @Property(tries = 1000)
    void anExpressionMeansWhatItsTreeMeans(@ForAll("trees") Tree tree, @ForAll long seed) {
        String text = text(tree, 0, new Random(seed));
        Policy policy =
                Policy.builder()
                        .rule("it", text)
                        .rule("yes", "role:reader")
                        .rule("no", "not rule:yes")
                        .build();
        assertThat(policy.check("it", TARGET, PolicyTest.MEMBER)).as(text).isEqualTo(meaning(tree));
    }
}
