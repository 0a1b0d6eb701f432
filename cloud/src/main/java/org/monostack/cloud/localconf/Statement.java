package org.monostack.cloud.localconf;

import java.util.List;
import java.util.Optional;

/** One statement of the localrc section. */
public sealed interface Statement {

    /** Where it starts in the file, counted from 1. */
    int line();

    /**
     * {@code NAME=value} or {@code NAME+=value}.
     *
     * @param append whether the value is added to what the variable holds
     */
    record Assignment(int line, String name, Template value, boolean append) implements Statement {}

    /** {@code enable_service a b,c} or {@code disable_service a b,c}. */
    record ServiceSwitch(int line, boolean enable, List<String> services) implements Statement {}

    /** {@code disable_all_services}. */
    record DisableAll(int line) implements Statement {}

    /** {@code enable_plugin name repository [branch]}. */
    record Plugin(int line, String name, String repository, Optional<String> branch)
            implements Statement {}
}
