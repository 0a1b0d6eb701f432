package org.monostack.identity.auth;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.monostack.identity.LoginFailures;
import org.monostack.platform.crypto.Digests;
import org.monostack.platform.http.ApiException;
import tools.jackson.databind.JsonNode;

/**
 * Keeps those who guess passwords, passcodes and secrets slow: whoever was wrong too often is
 * answered 429 (RFC 6585) with Retry-After before anything is looked up or hashed, whether the
 * secret would have been right or not.
 *
 * <p>There is a budget of failures for each account, for each source address, and for each account
 * from an address from where it logged in before. The last stands instead of the other two, so
 * others' failures do not shut out those who are at home where they are. A success gives nothing
 * back: it would give to those who guess, too.
 *
 * <p>An account is what the request calls it, known or not; nothing here knows which accounts
 * exist, so nobody learns it from here. Somebody whose id and name are both known can be guessed at
 * by either.
 *
 * <p>All of it is soft, bounded, and this process's alone: behind several control processes as many
 * times the failures are possible. Thread-safe.
 */
public final class LoginLimits {

    private static final int REMEMBERED = 20_000;

    private final LoginFailures allowed;
    private final LongSupplier clock;
    private final Map<String, FailureBudget> accounts = recent();
    private final Map<String, FailureBudget> addresses = recent();

    /** By account and address together; there is one once somebody logged in. */
    private final Map<String, FailureBudget> atHome = recent();

    public LoginLimits(LoginFailures allowed) {
        this(allowed, System::nanoTime);
    }

    LoginLimits(LoginFailures allowed, LongSupplier clock) {
        this.allowed = allowed;
        this.clock = clock;
    }

    /** The method, for those who were not wrong too often. */
    public LoginMethod guard(LoginMethod method) {
        return (given, request) ->
                attempt(account(given), request.address(), () -> method.prove(given, request));
    }

    /** What a user's own request about them names them by. */
    static String account(String userId) {
        return "id\0" + userId;
    }

    private static String account(JsonNode given) {
        if (given.has("id")) {
            return "credential\0" + given.path("id").asString("");
        }
        JsonNode user = given.path("user");
        if (user.has("id")) {
            return account(user.path("id").asString(""));
        }
        JsonNode domain = user.path("domain");
        return String.join(
                "\0",
                "name",
                domain.path("id").asString(""),
                domain.path("name").asString(""),
                user.path("name").asString(""));
    }

    /**
     * Lets somebody prove who they are.
     *
     * @param proof throws 401 if it proves nothing; whatever else it throws is nobody's failure
     * @throws ApiException 429 if there were too many failures
     */
    <T> T attempt(String account, String address, Supplier<T> proof) {
        String from = network(address);
        String who = Digests.sha256(account);
        String pair = Digests.sha256(account + "\0" + from);
        List<FailureBudget> begun = new ArrayList<>();
        boolean failed = false;
        try {
            for (FailureBudget budget : budgets(who, from, pair)) {
                Duration wait = budget.begin();
                if (!wait.isZero()) {
                    throw refused(wait);
                }
                begun.add(budget);
            }
            T proven = proof.get();
            if (allowed.perAccount() > 0) {
                budget(atHome, pair, allowed.perAccount());
            }
            return proven;
        } catch (ApiException e) {
            failed = e.status() == 401;
            throw e;
        } finally {
            for (FailureBudget budget : begun) {
                budget.end(failed);
            }
        }
    }

    private List<FailureBudget> budgets(String who, String from, String pair) {
        FailureBudget own = find(atHome, pair);
        if (own != null) {
            return List.of(own);
        }
        List<FailureBudget> budgets = new ArrayList<>();
        // The address first: one that guesses must not make an entry for each name it thinks of.
        if (allowed.perAddress() > 0 && !from.isEmpty()) {
            budgets.add(budget(addresses, from, allowed.perAddress()));
        }
        if (allowed.perAccount() > 0) {
            budgets.add(budget(accounts, who, allowed.perAccount()));
        }
        return budgets;
    }

    private static ApiException refused(Duration wait) {
        return ApiException.of(429, "Too many attempts to authenticate failed; try again later.")
                .header("Retry-After", Long.toString(wait.plusNanos(999_999_999).toSeconds()));
    }

    /** Who has one IPv6 address has 2^64 of them; an IPv4 address counts alone. */
    static String network(String address) {
        try {
            return InetAddress.ofLiteral(address) instanceof Inet6Address six
                    ? Arrays.toString(Arrays.copyOf(six.getAddress(), 8))
                    : address;
        } catch (IllegalArgumentException e) {
            return address;
        }
    }

    private static @org.jspecify.annotations.Nullable FailureBudget find(
            Map<String, FailureBudget> among, String key) {
        synchronized (among) {
            return among.get(key);
        }
    }

    private FailureBudget budget(Map<String, FailureBudget> among, String key, int size) {
        synchronized (among) {
            return among.computeIfAbsent(key, it -> new FailureBudget(size, clock));
        }
    }

    /** Those used last. */
    private static Map<String, FailureBudget> recent() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, FailureBudget> eldest) {
                return size() > REMEMBERED;
            }
        };
    }
}
