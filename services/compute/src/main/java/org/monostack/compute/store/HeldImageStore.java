package org.monostack.compute.store;

import static org.monostack.compute.jooq.Tables.SERVER_HELD_IMAGE;

import java.util.Optional;
import java.util.UUID;
import org.monostack.compute.model.ImageRef;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.json.Json;

/**
 * The image that a server needs besides its own, at most one: its disk's content while it is
 * shelved, or what it is rescued with. Stateless.
 */
public final class HeldImageStore {

    public Optional<ImageRef> find(Transaction tx, UUID server) {
        return tx.sql()
                .select(SERVER_HELD_IMAGE.IMAGE)
                .from(SERVER_HELD_IMAGE)
                .where(SERVER_HELD_IMAGE.SERVER_ID.eq(server.toString()))
                .fetchOptional(SERVER_HELD_IMAGE.IMAGE)
                .map(json -> Json.read(json, ImageRef.class));
    }

    public void put(Transaction tx, UUID server, ImageRef image) {
        deleteOf(tx, server);
        tx.sql()
                .insertInto(SERVER_HELD_IMAGE)
                .set(SERVER_HELD_IMAGE.SERVER_ID, server.toString())
                .set(SERVER_HELD_IMAGE.IMAGE, Json.write(image))
                .set(SERVER_HELD_IMAGE.CREATED_AT, Rows.now())
                .execute();
    }

    public void deleteOf(Transaction tx, UUID server) {
        tx.sql()
                .deleteFrom(SERVER_HELD_IMAGE)
                .where(SERVER_HELD_IMAGE.SERVER_ID.eq(server.toString()))
                .execute();
    }
}
