package org.monostack.cloud.localconf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalConfParserTest {

    private static String value(String line) {
        LocalConf conf = LocalConfParser.parse("[[local|localrc]]\n" + line + "\n");
        Statement.Assignment assignment = (Statement.Assignment) conf.statements().getFirst();
        Map<String, String> known = Map.of("A", "alpha", "B_2", "beta");
        return assignment
                .value()
                .resolve(name -> Optional.ofNullable(known.get(name)), unset -> {});
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '\0',
            value = {
                "V=plain ~ plain",
                "V=plain   # comment ~ plain",
                "V=in#word ~ in#word",
                "V=\"two words\" # c ~ two words",
                "V='single $A' ~ single $A",
                "V=\"$A-${B_2}\" ~ alpha-beta",
                "V=$A/x ~ alpha/x",
                "V=${MISSING:-fallback} ~ fallback",
                "V=${A:-fallback} ~ alpha",
                "V=${MISSING:-$A} ~ alpha",
                "V=${MISSING:-${ALSO:-deep}} ~ deep",
                "V=a\"b c\"'d e'f ~ ab cd ef",
                "V=\"quote \\\" inside\" ~ quote \" inside",
                "V=\"keeps \\n\" ~ keeps \\n",
                "V=two\\ words ~ two words",
                "export V=exported ~ exported",
                "   V=indented ~ indented",
                "V=start=1.2.3.4,end=1.2.3.9 ~ start=1.2.3.4,end=1.2.3.9",
                "V=costs$ ~ costs$",
            })
    void readsValuesAsAShellWould(String line, String expected) {
        assertThat(value(line)).isEqualTo(expected);
    }

    @Test
    void anEmptyValueIsEmpty() {
        assertThat(value("V=")).isEmpty();
        assertThat(value("V= # nothing")).isEmpty();
        assertThat(value("V=\"\"")).isEmpty();
        assertThat(value("V=1.2.3.4\r")).as("from a Windows editor").isEqualTo("1.2.3.4");
    }

    @Test
    void joinsContinuedAndQuotedLinesAndKeepsCountingLines() {
        LocalConf conf =
                LocalConfParser.parse(
                        """
                        [[local|localrc]]
                        A="one
                        two"
                        enable_service \\
                            q-svc
                        B=three
                        """);
        assertThat(conf.statements()).hasSize(3);
        assertThat(conf.statements().get(1))
                .isEqualTo(new Statement.ServiceSwitch(4, true, List.of("q-svc")));
        assertThat(conf.statements().get(2).line()).isEqualTo(6);
    }

    @Test
    void readsServiceSwitchesAndPlugins() {
        LocalConf conf =
                LocalConfParser.parse(
                        """
                        [[local|localrc]]
                        disable_all_services
                        enable_service h-eng,h-api h-api-cfn # heat
                        disable_service n-net
                        enable_plugin heat https://example.org/heat stable/ocata
                        ENABLED_SERVICES+=,s-proxy
                        """);
        assertThat(conf.statements())
                .containsExactly(
                        new Statement.DisableAll(2),
                        new Statement.ServiceSwitch(
                                3, true, List.of("h-eng", "h-api", "h-api-cfn")),
                        new Statement.ServiceSwitch(4, false, List.of("n-net")),
                        new Statement.Plugin(
                                5, "heat", "https://example.org/heat", Optional.of("stable/ocata")),
                        new Statement.Assignment(
                                6,
                                "ENABLED_SERVICES",
                                new Template(List.of(new Template.Text(",s-proxy"))),
                                true));
    }

    @Test
    void keepsOtherSectionsByName() {
        LocalConf conf =
                LocalConfParser.parse(
                        """
                        STRAY=1
                        [[ local | localrc ]]
                        A=1
                        [[post-config|$NOVA_CONF]]
                        [DEFAULT]
                        # comment = no setting
                        debug = True
                        if = anything
                        [[local|localrc]]
                        B=2
                        """);
        assertThat(conf.statements()).extracting(Statement::line).containsExactly(3, 10);
        assertThat(conf.sections())
                .containsExactly(new LocalConf.MetaSection(4, "post-config", "$NOVA_CONF", 2));
        assertThat(conf.findings())
                .containsExactly(new Finding(1, "stands before the first section; not read"));
    }

    @Test
    void takesAFileWithoutSectionsAsALocalrc() {
        LocalConf conf = LocalConfParser.parse("\uFEFFA=1\n");
        assertThat(conf.statements()).hasSize(1);
        assertThat(conf.findings()).hasSize(1);
        assertThat(LocalConfParser.parse("\n# nothing\n").findings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A=$(hostname)",
                "A=`hostname`",
                "A=\"$(hostname)\"",
                "A=${B%.*}",
                "A=${B",
                "A=${}",
                "A=\"open",
                "A='open",
                "A=one two",
                "A=1; B=2",
                "A=(1 2)",
                "A=http://x/?a=1&b=2",
                "if [ -f x ]; then",
                "source ./other",
                "A = 1",
                "enable_service",
                "enable_service a; enable_service b",
                "enable_plugin heat",
                "[[local|localrc",
            })
    void refusesWhatItCannotFollowWithTheLine(String line) {
        assertThatThrownBy(() -> LocalConfParser.parse("[[local|localrc]]\n\n" + line + "\n"))
                .isInstanceOf(LocalConfException.class)
                .hasMessageStartingWith("line 3: ");
    }
}
