package org.monostack.identity.store;

import static org.monostack.identity.jooq.Tables.ACCESS_RULE;
import static org.monostack.identity.jooq.Tables.APPLICATION_CREDENTIAL;
import static org.monostack.identity.jooq.Tables.APPLICATION_CREDENTIAL_ACCESS_RULE;
import static org.monostack.identity.jooq.Tables.APPLICATION_CREDENTIAL_ROLE;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.monostack.identity.jooq.tables.records.ApplicationCredentialRecord;
import org.monostack.identity.model.AccessRule;
import org.monostack.identity.model.ApplicationCredential;
import org.monostack.platform.crypto.RandomIds;
import org.monostack.platform.database.Transaction;

/** Application credentials and the access rules of their owners. Stateless. */
public final class ApplicationCredentialStore implements OfProjects {

    public Optional<ApplicationCredential> find(Transaction tx, String id) {
        return fetch(tx, APPLICATION_CREDENTIAL.ID.eq(id)).stream().findFirst();
    }

    public List<ApplicationCredential> ofUser(
            Transaction tx, String userId, Optional<String> name) {
        return fetch(
                tx,
                APPLICATION_CREDENTIAL
                        .USER_ID
                        .eq(userId)
                        .and(name.map(APPLICATION_CREDENTIAL.NAME::eq).orElse(DSL.noCondition())));
    }

    private static List<ApplicationCredential> fetch(Transaction tx, Condition which) {
        List<ApplicationCredentialRecord> rows =
                tx.sql()
                        .selectFrom(APPLICATION_CREDENTIAL)
                        .where(which)
                        .orderBy(APPLICATION_CREDENTIAL.ID)
                        .fetch();
        if (rows.isEmpty()) {
            return List.of();
        }
        List<String> ids = rows.stream().map(ApplicationCredentialRecord::getId).toList();
        Map<String, List<String>> roles =
                tx.sql()
                        .selectFrom(APPLICATION_CREDENTIAL_ROLE)
                        .where(APPLICATION_CREDENTIAL_ROLE.APPLICATION_CREDENTIAL_ID.in(ids))
                        .orderBy(APPLICATION_CREDENTIAL_ROLE.ROLE_ID)
                        .fetchGroups(
                                APPLICATION_CREDENTIAL_ROLE.APPLICATION_CREDENTIAL_ID,
                                APPLICATION_CREDENTIAL_ROLE.ROLE_ID);
        Map<String, List<AccessRule>> rules =
                tx.sql()
                        .select(
                                APPLICATION_CREDENTIAL_ACCESS_RULE.APPLICATION_CREDENTIAL_ID,
                                ACCESS_RULE.ID,
                                ACCESS_RULE.USER_ID,
                                ACCESS_RULE.SERVICE,
                                ACCESS_RULE.PATH,
                                ACCESS_RULE.METHOD)
                        .from(APPLICATION_CREDENTIAL_ACCESS_RULE)
                        .join(ACCESS_RULE)
                        .on(ACCESS_RULE.ID.eq(APPLICATION_CREDENTIAL_ACCESS_RULE.ACCESS_RULE_ID))
                        .where(APPLICATION_CREDENTIAL_ACCESS_RULE.APPLICATION_CREDENTIAL_ID.in(ids))
                        .orderBy(ACCESS_RULE.ID)
                        .fetchGroups(
                                row ->
                                        row.get(
                                                APPLICATION_CREDENTIAL_ACCESS_RULE
                                                        .APPLICATION_CREDENTIAL_ID),
                                row ->
                                        new AccessRule(
                                                row.get(ACCESS_RULE.ID),
                                                row.get(ACCESS_RULE.USER_ID),
                                                row.get(ACCESS_RULE.SERVICE),
                                                row.get(ACCESS_RULE.PATH),
                                                row.get(ACCESS_RULE.METHOD)));
        return rows.stream()
                .map(row ->
                        new ApplicationCredential(
                                row.getId(),
                                row.getName(),
                                row.getUserId(),
                                row.getProjectId(),
                                Optional.ofNullable(row.getDescription()),
                                row.getSecretHash(),
                                Rows.time(row.getExpiresAt()),
                                row.getUnrestricted(),
                                roles.getOrDefault(row.getId(), List.of()),
                                rules.getOrDefault(row.getId(), List.of())))
                .toList();
    }

    /** 409 if the owner has another of this name. */
    public void insert(Transaction tx, ApplicationCredential credential) {
        ApplicationCredentialRecord row = tx.sql().newRecord(APPLICATION_CREDENTIAL);
        row.setId(credential.id());
        row.setName(credential.name());
        row.setUserId(credential.userId());
        row.setProjectId(credential.projectId());
        row.setDescription(credential.description().orElse(null));
        row.setSecretHash(credential.secretHash());
        row.setExpiresAt(Rows.time(credential.expiresAt()));
        row.setUnrestricted(credential.unrestricted());
        row.setCreatedAt(Rows.now());
        row.setUpdatedAt(Rows.now());
        row.setRevision(1L);
        Rows.unique(
                () ->
                        "Conflict occurred attempting to store application_credential - Duplicate"
                                + " entry found with name "
                                + credential.name()
                                + ".",
                row::insert);
        for (String roleId : credential.roleIds()) {
            tx.sql()
                    .insertInto(APPLICATION_CREDENTIAL_ROLE)
                    .set(APPLICATION_CREDENTIAL_ROLE.APPLICATION_CREDENTIAL_ID, credential.id())
                    .set(APPLICATION_CREDENTIAL_ROLE.ROLE_ID, roleId)
                    .onDuplicateKeyIgnore()
                    .execute();
        }
        for (AccessRule rule : credential.accessRules()) {
            tx.sql()
                    .insertInto(APPLICATION_CREDENTIAL_ACCESS_RULE)
                    .set(
                            APPLICATION_CREDENTIAL_ACCESS_RULE.APPLICATION_CREDENTIAL_ID,
                            credential.id())
                    .set(APPLICATION_CREDENTIAL_ACCESS_RULE.ACCESS_RULE_ID, rule.id())
                    .onDuplicateKeyIgnore()
                    .execute();
        }
    }

    public void delete(Transaction tx, String id) {
        tx.sql()
                .deleteFrom(APPLICATION_CREDENTIAL)
                .where(APPLICATION_CREDENTIAL.ID.eq(id))
                .execute();
    }

    @Override
    public void deleteInProjects(Transaction tx, Collection<String> projectIds) {
        tx.sql()
                .deleteFrom(APPLICATION_CREDENTIAL)
                .where(APPLICATION_CREDENTIAL.PROJECT_ID.in(projectIds))
                .execute();
    }

    /** Ends what a user delegated in a project, as a role there was taken away. */
    public void deleteOf(Transaction tx, String userId, String projectId) {
        tx.sql()
                .deleteFrom(APPLICATION_CREDENTIAL)
                .where(
                        APPLICATION_CREDENTIAL.USER_ID.eq(userId),
                        APPLICATION_CREDENTIAL.PROJECT_ID.eq(projectId))
                .execute();
    }

    public List<AccessRule> rules(Transaction tx, String userId) {
        return tx.sql()
                .selectFrom(ACCESS_RULE)
                .where(ACCESS_RULE.USER_ID.eq(userId))
                .orderBy(ACCESS_RULE.ID)
                .fetch(row ->
                        new AccessRule(
                                row.getId(),
                                row.getUserId(),
                                row.getService(),
                                row.getPath(),
                                row.getMethod()));
    }

    /** The user's rule for this kind of request, made if there is none. */
    public AccessRule ensureRule(
            Transaction tx, String userId, String service, String path, String method) {
        for (AccessRule rule : rules(tx, userId)) {
            if (rule.service().equals(service)
                    && rule.path().equals(path)
                    && rule.method().equals(method)) {
                return rule;
            }
        }
        AccessRule rule = new AccessRule(RandomIds.hex(), userId, service, path, method);
        tx.sql()
                .insertInto(ACCESS_RULE)
                .set(ACCESS_RULE.ID, rule.id())
                .set(ACCESS_RULE.USER_ID, userId)
                .set(ACCESS_RULE.SERVICE, service)
                .set(ACCESS_RULE.PATH, path)
                .set(ACCESS_RULE.METHOD, method)
                .execute();
        return rule;
    }

    public boolean isRuleUsed(Transaction tx, String ruleId) {
        return tx.sql()
                .fetchExists(
                        APPLICATION_CREDENTIAL_ACCESS_RULE,
                        APPLICATION_CREDENTIAL_ACCESS_RULE.ACCESS_RULE_ID.eq(ruleId));
    }

    public void deleteRule(Transaction tx, String ruleId) {
        tx.sql().deleteFrom(ACCESS_RULE).where(ACCESS_RULE.ID.eq(ruleId)).execute();
    }
}
