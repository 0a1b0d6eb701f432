package org.monostack.platform.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The file in which a daemon says which process it is, by which it is found again. Stateless. */
public final class PidFile {
    private PidFile() {}

    /**
     * The process that the file names, if it is still that daemon's.
     *
     * @param mark what is in the command line of this daemon and of no other
     */
    public static Optional<ProcessHandle> process(Path file, String mark) {
        try {
            long pid = Long.parseLong(Files.readString(file).strip());
            String command =
                    new String(
                            Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline")),
                            StandardCharsets.UTF_8);
            // A pid may have been reused by something else since the machine was restarted, and
            // one that ended but was not waited for has no command line any more.
            return command.contains(mark)
                    ? ProcessHandle.of(pid).filter(ProcessHandle::isAlive)
                    : Optional.empty();
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }
}
