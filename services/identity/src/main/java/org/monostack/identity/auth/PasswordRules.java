package org.monostack.identity.auth;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.monostack.identity.IdentityConfig;
import org.monostack.identity.SecurityCompliance;
import org.monostack.identity.model.User;
import org.monostack.platform.crypto.Bcrypt;
import org.monostack.platform.database.Times;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.json.Json;

/** What a new password must be like. Thread-safe. */
public final class PasswordRules {

    private final int maxLength;
    private final SecurityCompliance compliance;
    private final Optional<Pattern> pattern;
    private final Passwords passwords;

    public PasswordRules(IdentityConfig config, Passwords passwords) {
        this.maxLength = config.maxPasswordLength();
        this.compliance = config.compliance();
        this.pattern = compliance.passwordRegex().map(Pattern::compile);
        this.passwords = passwords;
    }

    /** 400 if the password cannot be used. */
    public void check(String password) {
        if (password.length() > maxLength) {
            throw ApiException.badRequest(
                    "Password validation failed: the password is longer than "
                            + maxLength
                            + " characters.");
        }
        // Bcrypt ends a password at a zero byte, so that what follows would not count.
        if (password.indexOf('\0') >= 0) {
            throw ApiException.badRequest(
                    "Password validation failed: the password holds a zero character.");
        }
        if (pattern.isPresent() && !pattern.get().matcher(password).find()) {
            throw ApiException.badRequest(
                    "The password does not match the requirements: "
                            + compliance
                                    .passwordRegexDescription()
                                    .or(compliance::passwordRegex)
                                    .orElse("")
                            + ".");
        }
    }

    /** 400 if users may not change their own password, or not yet. */
    public void checkMayChange(User user) {
        if (option(user.options(), "lock_password")) {
            throw ApiException.badRequest(
                    "This password is locked: only an administrator can set another one.");
        }
        if (compliance.minimumPasswordAge().isZero()) {
            return;
        }
        Optional<Instant> changeable =
                user.passwordChosenAt().map(at -> at.plus(compliance.minimumPasswordAge()));
        if (changeable.filter(at -> Times.now().isBefore(at)).isPresent()) {
            throw ApiException.badRequest(
                    "Cannot change password before minimum age of "
                            + compliance.minimumPasswordAge().toDays()
                            + " days is met. It can be changed from "
                            + changeable.get()
                            + ".");
        }
    }

    /** How many passwords {@link #checkHistory} looks at. */
    public int comparedWith() {
        return compliance.uniqueLastPasswords();
    }

    /** 400 if the password is one of the user's last ones. */
    public void checkHistory(String password, List<String> hashes) {
        for (String hash : hashes) {
            if (Bcrypt.matches(password, hash)) {
                throw ApiException.badRequest(
                        "Changing to a password that was used before is not allowed: it is one of"
                                + " the last "
                                + compliance.uniqueLastPasswords()
                                + ".");
            }
        }
    }

    public String hash(String password) {
        return passwords.hash(password);
    }

    /** When a password expires that an administrator sets now: at once, if it must be changed. */
    public Optional<Instant> expiryOfGiven(Optional<String> password, String options) {
        boolean toBeChanged =
                compliance.changePasswordUponFirstUse()
                        && !option(options, "ignore_change_password_upon_first_use");
        return password.isPresent() && toBeChanged
                ? Optional.of(Times.now())
                : password.flatMap(it -> expiryOfOwn(options));
    }

    /** When a password expires that its user chooses now. */
    public Optional<Instant> expiryOfOwn(String options) {
        return compliance.passwordLife().isZero() || option(options, "ignore_password_expiry")
                ? Optional.empty()
                : Optional.of(Times.now().plus(compliance.passwordLife()));
    }

    private static boolean option(String options, String name) {
        return Json.read(options).path(name).asBoolean(false);
    }
}
