package org.monostack.cloud.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.monostack.cloud.Rehearsal;
import picocli.CommandLine.Command;

/** Starts and ends a scratch cloud, for a JVM that records it; stack.sh does this after a build. */
@Command(name = "rehearse", hidden = true, description = "Start and end a scratch cloud.")
final class RehearseCommand implements Callable<Integer> {

    @Override
    public Integer call() throws Exception {
        Rehearsal.run(
                Path.of(System.getProperty("monostack.home", ".")).toAbsolutePath().normalize());
        return 0;
    }
}
