package org.monostack.cloud.localconf;

import java.util.List;

/**
 * A local.conf as read: what it says, in the order in which it says it.
 *
 * @param statements of the {@code [[local|localrc]]} sections
 * @param sections every other meta section, which is kept by name and not applied
 * @param findings what the reader should be told
 */
public record LocalConf(
        List<Statement> statements, List<MetaSection> sections, List<Finding> findings) {

    /** A file that says nothing. */
    public static LocalConf empty() {
        return new LocalConf(List.of(), List.of(), List.of());
    }

    /**
     * A meta section such as {@code [[post-config|$NOVA_CONF]]}.
     *
     * @param settings how many lines in it set something
     */
    public record MetaSection(int line, String phase, String file, int settings) {}
}
