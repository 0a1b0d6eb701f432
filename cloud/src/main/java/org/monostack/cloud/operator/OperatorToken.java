package org.monostack.cloud.operator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.monostack.cloud.machine.LaunchFailed;
import org.monostack.platform.crypto.ConstantTime;
import org.monostack.platform.crypto.PrivateFiles;
import org.monostack.platform.crypto.RandomIds;
import org.monostack.platform.http.Authenticator;
import org.monostack.platform.http.Caller;
import org.monostack.platform.http.RequestLine;

/**
 * A token for whoever may read the data directory's private files, made anew at each start. It is
 * good for the operator's listener alone, and works when identity does not.
 *
 * @param others who knows all other tokens
 */
public record OperatorToken(String token, Authenticator others) implements Authenticator {

    /** Makes one and leaves it in a private file. */
    static OperatorToken make(Path file, Authenticator others) {
        String token = RandomIds.hex();
        try {
            PrivateFiles.write(file, token + "\n");
        } catch (IOException e) {
            throw new LaunchFailed("cannot write " + file + ": " + e.getMessage(), e);
        }
        return new OperatorToken(token, others);
    }

    /** The token of the cloud that runs on that data directory. */
    public static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new LaunchFailed("cannot read " + file + "; only its owner can", e);
        }
    }

    @Override
    public Caller authenticate(String given) {
        return ConstantTime.equal(token, given) ? operator() : others.authenticate(given);
    }

    @Override
    public Caller authenticate(String given, RequestLine line) {
        return ConstantTime.equal(token, given) ? operator() : others.authenticate(given, line);
    }

    private static Caller operator() {
        return new Caller(
                "operator",
                "operator",
                "default",
                "Default",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                true,
                Set.of("admin"),
                "",
                "operator",
                Instant.now().plus(Duration.ofHours(1)),
                Optional.empty());
    }

    /** Never the token. */
    @Override
    public String toString() {
        return "OperatorToken[hidden]";
    }
}
