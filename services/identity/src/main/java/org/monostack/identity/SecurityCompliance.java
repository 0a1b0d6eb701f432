package org.monostack.identity;

import java.time.Duration;
import java.util.Optional;

/**
 * Rules for passwords and accounts; all off by default, as in OpenStack.
 *
 * @param lockoutFailureAttempts wrong passwords in a row that lock an account; 0 never locks
 * @param lockoutDuration how long a locked account stays so; zero means for ever
 * @param uniqueLastPasswords how many of the last passwords, the present one included, a user may
 *     not choose again; 0 allows all
 * @param minimumPasswordAge how long users must keep a password of theirs
 * @param passwordLife how long a password can be used; zero means for ever
 * @param changePasswordUponFirstUse whether a password that somebody else set is good for one thing
 *     only: to change it
 * @param passwordRegex what a new password must match
 * @param passwordRegexDescription tells users what the expression means
 */
public record SecurityCompliance(
        int lockoutFailureAttempts,
        Duration lockoutDuration,
        int uniqueLastPasswords,
        Duration minimumPasswordAge,
        Duration passwordLife,
        boolean changePasswordUponFirstUse,
        Optional<String> passwordRegex,
        Optional<String> passwordRegexDescription) {

    public static SecurityCompliance none() {
        return new SecurityCompliance(
                0,
                Duration.ofSeconds(1800),
                0,
                Duration.ZERO,
                Duration.ZERO,
                false,
                Optional.empty(),
                Optional.empty());
    }
}
