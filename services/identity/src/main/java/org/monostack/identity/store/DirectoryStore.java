package org.monostack.identity.store;

import static org.monostack.identity.jooq.Tables.DIRECTORY_ENTRY;

import java.util.Collection;
import java.util.Optional;
import org.monostack.platform.database.Transaction;

/**
 * What users and groups of ours are called in the directory of their domain. Stateless.
 *
 * <p>An entry stays when the directory forgets it, so that whoever comes back there has its roles
 * again.
 */
public final class DirectoryStore implements OfProjects {

    /** What the directory calls a user or group of a domain; empty for one of our own. */
    public Optional<String> localId(Transaction tx, String publicId) {
        return tx.sql()
                .select(DIRECTORY_ENTRY.LOCAL_ID)
                .from(DIRECTORY_ENTRY)
                .where(DIRECTORY_ENTRY.PUBLIC_ID.eq(publicId))
                .fetchOptional(DIRECTORY_ENTRY.LOCAL_ID);
    }

    public void insert(Transaction tx, String publicId, String domainId, String localId) {
        tx.sql()
                .insertInto(DIRECTORY_ENTRY)
                .set(DIRECTORY_ENTRY.PUBLIC_ID, publicId)
                .set(DIRECTORY_ENTRY.DOMAIN_ID, domainId)
                .set(DIRECTORY_ENTRY.LOCAL_ID, localId)
                .set(DIRECTORY_ENTRY.CREATED_AT, Rows.now())
                .onDuplicateKeyIgnore()
                .execute();
    }

    @Override
    public void deleteInProjects(Transaction tx, Collection<String> domainIds) {
        tx.sql()
                .deleteFrom(DIRECTORY_ENTRY)
                .where(DIRECTORY_ENTRY.DOMAIN_ID.in(domainIds))
                .execute();
    }
}
