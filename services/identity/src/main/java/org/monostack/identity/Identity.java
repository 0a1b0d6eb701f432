package org.monostack.identity;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.Authenticator;

/** What other services may ask about identities. Thread-safe. */
public interface Identity {

    /**
     * Turns a token into its caller. One query per call: disabled users, revoked tokens and removed
     * roles are refused at the very next request.
     */
    Authenticator authenticator();

    /** A project by its id; domains are not projects here. */
    Optional<ProjectInfo> project(Transaction tx, String id);

    Optional<UserInfo> user(Transaction tx, String id);

    /** The names of users, by id; ids that are unknown are left out. */
    Map<String, String> userNames(Transaction tx, Collection<String> ids);

    /** All projects of this name, in whatever domain. */
    List<ProjectInfo> projectsNamed(Transaction tx, String name);
}
