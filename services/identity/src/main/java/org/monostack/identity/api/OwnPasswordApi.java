package org.monostack.identity.api;

import org.monostack.identity.auth.Logins;
import org.monostack.identity.auth.PasswordRules;
import org.monostack.identity.model.User;
import org.monostack.identity.notification.Announcements;
import org.monostack.identity.store.UserStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;

/** /v3/users/{user_id}/password: how users change their own passwords. */
public final class OwnPasswordApi {

    private final Database database;
    private final Announcements announcements;
    private final UserStore users;
    private final Logins logins;
    private final PasswordRules passwords;

    public OwnPasswordApi(
            Database database,
            Announcements announcements,
            UserStore users,
            Logins logins,
            PasswordRules passwords) {
        this.database = database;
        this.announcements = announcements;
        this.users = users;
        this.logins = logins;
        this.passwords = passwords;
    }

    public void routes(Routes routes) {
        // Whoever knows the old password may change it, also one that has expired: no token.
        routes.post("/v3/users/{user_id}/password", this::change)
                .open()
                .body(Schema.of("identity", "user-password"))
                .answers(204);
    }

    private Response change(Request request) {
        String id = request.pathParameter("user_id");
        Fields fields = Fields.of(request, "user");
        String original = fields.required("original_password");
        String password = fields.required("password");
        User verified = logins.verifyOwner(id, original, request.remoteAddress());
        if (!verified.enabled()) {
            throw Logins.refused();
        }
        passwords.check(password);
        passwords.checkMayChange(verified);
        passwords.checkHistory(
                password,
                database.inTransaction(
                        tx -> users.lastPasswords(tx, id, passwords.comparedWith())));
        String hash = passwords.hash(password);
        database.run(tx -> {
            User user = users.lock(tx, id).orElseThrow(Logins::refused);
            if (user.passwordRevision() != verified.passwordRevision()) {
                throw ApiException.conflict("The password was changed meanwhile.");
            }
            users.changePassword(tx, user, hash, passwords.expiryOfOwn(user.options()));
            announcements.updated(tx, request, "user", id);
        });
        return Response.empty(204);
    }
}
