package org.monostack.identity.store;

import static org.monostack.identity.jooq.Tables.CREDENTIAL;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.monostack.identity.jooq.tables.records.CredentialRecord;
import org.monostack.identity.model.Credential;
import org.monostack.identity.model.Selection;
import org.monostack.platform.crypto.Fernet;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/** Users' further secrets, encrypted at rest with the credential keys. Thread-safe. */
public final class CredentialStore implements OfProjects {

    private static final Columns COLUMNS =
            new Columns()
                    .text("id", CREDENTIAL.ID)
                    .text("user_id", CREDENTIAL.USER_ID)
                    .text("project_id", CREDENTIAL.PROJECT_ID)
                    .text("type", CREDENTIAL.TYPE);

    private final Supplier<Fernet> keys;

    public CredentialStore(Supplier<Fernet> keys) {
        this.keys = keys;
    }

    public Optional<Credential> find(Transaction tx, String id) {
        return tx.sql()
                .selectFrom(CREDENTIAL)
                .where(CREDENTIAL.ID.eq(id))
                .fetchOptional(this::credential);
    }

    public List<Credential> list(Transaction tx, Selection selection) {
        return Rows.page(
                        tx.sql(),
                        CREDENTIAL,
                        CREDENTIAL.ID,
                        COLUMNS.condition(selection.filters()),
                        selection)
                .stream()
                .map(this::credential)
                .toList();
    }

    /** 409 if the id is taken: the same access key exists. */
    public void insert(Transaction tx, Credential credential) {
        CredentialRecord row = tx.sql().newRecord(CREDENTIAL);
        row.setId(credential.id());
        row.setCreatedAt(Rows.now());
        row.setRevision(1L);
        fill(row, credential);
        Rows.unique(
                () ->
                        "Conflict occurred attempting to store credential - Duplicate entry found"
                                + " with id "
                                + credential.id()
                                + ".",
                row::insert);
    }

    public void update(Transaction tx, Credential credential) {
        CredentialRecord row = tx.sql().newRecord(CREDENTIAL);
        fill(row, credential);
        tx.sql()
                .update(CREDENTIAL)
                .set(row)
                .set(CREDENTIAL.REVISION, CREDENTIAL.REVISION.plus(1))
                .where(CREDENTIAL.ID.eq(credential.id()))
                .execute();
    }

    private void fill(CredentialRecord row, Credential credential) {
        row.setUserId(credential.userId());
        row.setProjectId(credential.projectId().orElse(null));
        row.setType(credential.type());
        row.setEncrypted(
                keys.get()
                        .encrypt(credential.blob().getBytes(StandardCharsets.UTF_8), Times.now()));
        row.setExtra(credential.extra());
        row.setUpdatedAt(Rows.now());
    }

    public void delete(Transaction tx, String id) {
        tx.sql().deleteFrom(CREDENTIAL).where(CREDENTIAL.ID.eq(id)).execute();
    }

    @Override
    public void deleteInProjects(Transaction tx, Collection<String> projectIds) {
        tx.sql().deleteFrom(CREDENTIAL).where(CREDENTIAL.PROJECT_ID.in(projectIds)).execute();
    }

    private Credential credential(CredentialRecord row) {
        byte[] blob =
                keys.get()
                        .decrypt(row.getEncrypted())
                        .map(Fernet.Content::payload)
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        "no credential key decrypts credential " + row.getId()));
        return new Credential(
                row.getId(),
                row.getUserId(),
                Optional.ofNullable(row.getProjectId()),
                row.getType(),
                new String(blob, StandardCharsets.UTF_8),
                row.getExtra());
    }
}
