package org.monostack.identity.store;

import static org.monostack.identity.jooq.Tables.DOMAIN_OPTION;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.monostack.identity.model.DomainOption;
import org.monostack.platform.crypto.Fernet;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/** Domains' own configuration; secrets are encrypted with the credential keys. Thread-safe. */
public final class DomainOptionStore implements OfProjects {

    private final Supplier<Fernet> keys;

    public DomainOptionStore(Supplier<Fernet> keys) {
        this.keys = keys;
    }

    /** All options of a domain, secrets included, in the order of their names. */
    public List<DomainOption> list(Transaction tx, String domainId) {
        return tx.sql()
                .selectFrom(DOMAIN_OPTION)
                .where(DOMAIN_OPTION.DOMAIN_ID.eq(domainId))
                .orderBy(DOMAIN_OPTION.OPTION_GROUP, DOMAIN_OPTION.OPTION_NAME)
                .fetch(row ->
                        new DomainOption(
                                row.getOptionGroup(),
                                row.getOptionName(),
                                row.getSecret()
                                        ? opened(row.getOptionValue())
                                        : row.getOptionValue(),
                                row.getSecret()));
    }

    private String opened(String sealed) {
        return keys.get()
                .decrypt(sealed)
                .map(it -> new String(it.payload(), StandardCharsets.UTF_8))
                .orElseThrow(
                        () -> new IllegalStateException("no credential key decrypts an option"));
    }

    public void put(Transaction tx, String domainId, DomainOption option) {
        String stored =
                option.secret()
                        ? keys.get()
                                .encrypt(
                                        option.value().getBytes(StandardCharsets.UTF_8),
                                        Times.now())
                        : option.value();
        tx.sql()
                .insertInto(DOMAIN_OPTION)
                .set(DOMAIN_OPTION.DOMAIN_ID, domainId)
                .set(DOMAIN_OPTION.OPTION_GROUP, option.group())
                .set(DOMAIN_OPTION.OPTION_NAME, option.name())
                .set(DOMAIN_OPTION.SECRET, option.secret())
                .set(DOMAIN_OPTION.OPTION_VALUE, stored)
                .set(DOMAIN_OPTION.UPDATED_AT, Rows.now())
                .onDuplicateKeyUpdate()
                .set(DOMAIN_OPTION.OPTION_VALUE, stored)
                .set(DOMAIN_OPTION.UPDATED_AT, Rows.now())
                .execute();
    }

    /** A domain's options: all, those of a group, or one. */
    public void delete(
            Transaction tx, String domainId, Optional<String> group, Optional<String> name) {
        Condition which =
                DSL.and(
                        DOMAIN_OPTION.DOMAIN_ID.eq(domainId),
                        group.map(DOMAIN_OPTION.OPTION_GROUP::eq).orElse(DSL.noCondition()),
                        name.map(DOMAIN_OPTION.OPTION_NAME::eq).orElse(DSL.noCondition()));
        tx.sql().deleteFrom(DOMAIN_OPTION).where(which).execute();
    }

    @Override
    public void deleteInProjects(Transaction tx, Collection<String> domainIds) {
        tx.sql().deleteFrom(DOMAIN_OPTION).where(DOMAIN_OPTION.DOMAIN_ID.in(domainIds)).execute();
    }
}
