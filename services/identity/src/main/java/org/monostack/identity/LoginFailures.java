package org.monostack.identity;

/**
 * How often somebody may be wrong when they log in: so many times at once, and as many more each
 * minute. OpenStack has no such limit of its own and leaves it to a proxy. Immutable.
 *
 * @param perAccount for what a request calls one account; 0 for no limit
 * @param perAddress for all accounts, from one address; 0 for no limit
 */
public record LoginFailures(int perAccount, int perAddress) {

    public LoginFailures {
        if (perAccount < 0 || perAddress < 0) {
            throw new IllegalArgumentException("negative");
        }
    }

    public static LoginFailures standard() {
        return new LoginFailures(10, 60);
    }

    public static LoginFailures unlimited() {
        return new LoginFailures(0, 0);
    }
}
