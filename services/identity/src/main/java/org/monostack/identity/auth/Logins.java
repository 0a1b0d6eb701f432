package org.monostack.identity.auth;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.monostack.identity.SecurityCompliance;
import org.monostack.identity.model.ApplicationCredential;
import org.monostack.identity.model.Project;
import org.monostack.identity.model.User;
import org.monostack.identity.store.ApplicationCredentialStore;
import org.monostack.identity.store.KnownRows;
import org.monostack.identity.store.UserStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;

/**
 * Proves users by their passwords, and programs by application credentials. Secrets are hashed
 * outside of transactions, since that takes long; unknown users take as long as known ones.
 * Thread-safe.
 */
public final class Logins {

    private final Database database;
    private final UserStore users;
    private final ApplicationCredentialStore credentials;
    private final KnownRows known;
    private final Passwords passwords;
    private final SecurityCompliance compliance;
    private final LoginLimits limits;

    public Logins(
            Database database,
            UserStore users,
            ApplicationCredentialStore credentials,
            KnownRows known,
            Passwords passwords,
            SecurityCompliance compliance,
            LoginLimits limits) {
        this.database = database;
        this.users = users;
        this.credentials = credentials;
        this.known = known;
        this.passwords = passwords;
        this.compliance = compliance;
        this.limits = limits;
    }

    /** The one answer to all that is wrong. */
    public static ApiException refused() {
        return ApiException.unauthorized("The request you have made requires authentication.");
    }

    public Proof password(JsonNode given, LoginRequest request) {
        Optional<UserStore.Login> login = database.reading(tx -> find(tx, given.path("user")));
        String password = given.path("user").path("password").asString("");
        User user = verify(login, password);
        if (user.passwordExpiresAt().map(end -> !Times.now().isBefore(end)).orElse(false)
                && !option(user, "ignore_password_expiry")) {
            throw ApiException.unauthorized(
                    "The password is expired and needs to be changed for user: " + user.id() + ".");
        }
        return new Proof(
                user.id(),
                List.of("password"),
                Optional.empty(),
                Optional.of(user.passwordRevision()),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * Verifies the password of a user who is about to change it; 401 if it is wrong or the account
     * is locked, 429 after too many that were wrong.
     *
     * @param address where the request came from
     */
    public User verifyOwner(String userId, String password, String address) {
        Optional<UserStore.Login> login = database.inTransaction(tx -> users.login(tx, userId));
        return limits.attempt(LoginLimits.account(userId), address, () -> verify(login, password));
    }

    private User verify(Optional<UserStore.Login> login, String password) {
        String owner = login.map(it -> it.user().id()).orElse("");
        long revision = login.map(it -> it.user().passwordRevision()).orElse(0L);
        boolean locked = login.filter(this::isLocked).isPresent();
        Optional<String> hash = locked ? Optional.empty() : login.flatMap(UserStore.Login::hash);
        boolean matches = passwords.matches(owner, revision, password, hash);
        if (login.isEmpty() || !matches) {
            if (compliance.lockoutFailureAttempts() > 0 && login.isPresent() && !locked) {
                database.run(tx -> users.countFailure(tx, owner));
            }
            throw refused();
        }
        if (login.get().failedAttempts() > 0) {
            database.run(tx -> users.recordFailures(tx, owner, 0));
        }
        return login.get().user();
    }

    private boolean isLocked(UserStore.Login login) {
        int attempts = compliance.lockoutFailureAttempts();
        if (attempts == 0
                || login.failedAttempts() < attempts
                || option(login.user(), "ignore_lockout_failure_attempts")) {
            return false;
        }
        Duration duration = compliance.lockoutDuration();
        boolean over =
                !duration.isZero()
                        && login.failedAt()
                                .map(at -> Times.now().isAfter(at.plus(duration)))
                                .orElse(true);
        if (over) {
            database.run(tx -> users.recordFailures(tx, login.user().id(), 0));
        }
        return !over;
    }

    private static boolean option(User user, String name) {
        return Json.read(user.options()).path(name).asBoolean(false);
    }

    Optional<UserStore.Login> find(Transaction tx, JsonNode given) {
        if (given.has("id")) {
            return known.login(tx, given.get("id").asString());
        }
        JsonNode domain = given.path("domain");
        Optional<Project> found =
                domain.has("id")
                        ? known.domain(tx, domain.get("id").asString())
                        : known.domainNamed(tx, domain.path("name").asString(""));
        return found.flatMap(it -> known.login(tx, it.id(), given.path("name").asString("")));
    }

    public Proof applicationCredential(JsonNode given, LoginRequest request) {
        Optional<ApplicationCredential> found = database.reading(tx -> findCredential(tx, given));
        String secret = given.path("secret").asString("");
        boolean matches =
                passwords.matches(
                        found.map(ApplicationCredential::id).orElse(""),
                        0,
                        secret,
                        found.map(ApplicationCredential::secretHash));
        ApplicationCredential credential = found.filter(it -> matches).orElseThrow(Logins::refused);
        Optional<Instant> end = credential.expiresAt();
        if (end.isPresent() && !Times.now().isBefore(end.get())) {
            throw refused();
        }
        return Proof.delegated(
                credential.userId(), "application_credential", Delegation.of(credential));
    }

    private Optional<ApplicationCredential> findCredential(Transaction tx, JsonNode given) {
        if (given.has("id")) {
            return known.credential(tx, given.get("id").asString());
        }
        Optional<String> name = Optional.of(given.path("name").asString(""));
        return find(tx, given.path("user"))
                .flatMap(login ->
                        credentials.ofUser(tx, login.user().id(), name).stream().findFirst());
    }
}
