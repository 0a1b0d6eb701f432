package org.monostack.network.resource;

import java.util.List;
import java.util.Map;
import org.jooq.Condition;
import org.jooq.UpdatableRecord;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import tools.jackson.databind.node.ObjectNode;

/**
 * One kind of resource behind {@link Collection}: what is special about it. All methods run in the
 * request's transaction and may throw {@link ApiException}.
 */
interface Resource<R extends UpdatableRecord<R>> {

    ResourceType<R> type();

    /** Which rows a caller who is not an administrator sees. */
    default Condition visible(Scope scope) {
        return type().project().eq(scope.project());
    }

    /** Adds the attributes that are not in columns to the views, index by index. */
    default void decorate(Transaction tx, Scope scope, List<R> rows, List<ObjectNode> views) {}

    /** What policy rules may look at in a create request beyond its own attributes. */
    default Map<String, Object> createTarget(Transaction tx, Scope scope, Values values) {
        return values.asTarget();
    }

    /** Whether reading these makes some first, as the default security group. */
    default boolean makesDefaults() {
        return false;
    }

    /** Makes what a project has from the first look on. */
    default void makeDefaults(Transaction tx, Scope scope) {}

    /**
     * Inserts the row, whose columns with attributes and standard columns are filled in already,
     * and all that belongs to it.
     */
    void create(Transaction tx, Scope scope, R row, Values values);

    /**
     * Stores the row, into whose columns the changes are applied already.
     *
     * @param before the row as it was
     */
    void update(Transaction tx, Scope scope, R row, R before, Values changes);

    /** Deletes the row, which is locked, and all that belongs to it. */
    void delete(Transaction tx, Scope scope, R row);

    default ApiException unsupported(String method) {
        return ApiException.methodNotAllowed(
                "The method " + method + " is not allowed for this resource.");
    }
}
