package org.monostack.identity.store;

import static org.monostack.identity.jooq.Tables.PROJECT;
import static org.monostack.identity.jooq.Tables.PROJECT_TAG;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.monostack.identity.jooq.tables.records.ProjectRecord;
import org.monostack.identity.model.Project;
import org.monostack.identity.model.Selection;
import org.monostack.platform.database.Transaction;

/** Projects, domains and their tags. Stateless. */
public final class ProjectStore {

    private static final Columns COLUMNS =
            new Columns()
                    .folded("name", PROJECT.NAME_KEY)
                    .text("id", PROJECT.ID)
                    .text("domain_id", PROJECT.DOMAIN_ID)
                    .text("parent_id", PROJECT.PARENT_ID)
                    .flag("enabled", PROJECT.ENABLED)
                    .flag("is_domain", PROJECT.IS_DOMAIN);

    /**
     * Which tags a list asks for; each set is empty when it asks for nothing.
     *
     * @param all a project has all of these
     * @param any a project has one of these
     * @param notAll a project lacks at least one of these
     * @param notAny a project has none of these
     */
    public record Tags(
            List<String> all, List<String> any, List<String> notAll, List<String> notAny) {
        public static final Tags WHATEVER = new Tags(List.of(), List.of(), List.of(), List.of());
    }

    /** A project or a domain. */
    public Optional<Project> find(Transaction tx, String id) {
        return tx.sql()
                .selectFrom(PROJECT)
                .where(PROJECT.ID.eq(id))
                .fetchOptional(ProjectStore::project);
    }

    public Optional<Project> lock(Transaction tx, String id) {
        return tx.sql()
                .selectFrom(PROJECT)
                .where(PROJECT.ID.eq(id))
                .forUpdate()
                .fetchOptional(ProjectStore::project);
    }

    public Optional<Project> findDomain(Transaction tx, String id) {
        return find(tx, id).filter(Project::isDomain);
    }

    public Optional<Project> findDomainNamed(Transaction tx, String name) {
        return findNamed(tx, "", name);
    }

    public Optional<Project> findNamed(Transaction tx, String domainId, String name) {
        return tx.sql()
                .selectFrom(PROJECT)
                .where(PROJECT.DOMAIN_ID.eq(domainId), PROJECT.NAME_KEY.eq(Columns.fold(name)))
                .fetchOptional(ProjectStore::project);
    }

    /** Projects of this name in whatever domain. */
    public List<Project> named(Transaction tx, String name) {
        return tx.sql()
                .selectFrom(PROJECT)
                .where(PROJECT.IS_DOMAIN.isFalse(), PROJECT.NAME_KEY.eq(Columns.fold(name)))
                .fetch(ProjectStore::project);
    }

    public List<Project> findAll(Transaction tx, Collection<String> ids) {
        return tx.sql()
                .selectFrom(PROJECT)
                .where(PROJECT.ID.in(ids))
                .orderBy(PROJECT.ID)
                .fetch(ProjectStore::project);
    }

    public List<Project> list(Transaction tx, boolean domains, Selection selection, Tags tags) {
        Condition condition =
                PROJECT.IS_DOMAIN
                        .eq(domains)
                        .and(COLUMNS.condition(selection.filters()))
                        .and(tagged(tags));
        return Rows.page(tx.sql(), PROJECT, PROJECT.ID, condition, selection).stream()
                .map(ProjectStore::project)
                .toList();
    }

    private static Condition tagged(Tags tags) {
        Condition condition = DSL.noCondition();
        for (String tag : tags.all()) {
            condition = condition.and(hasAny(List.of(tag)));
        }
        if (!tags.any().isEmpty()) {
            condition = condition.and(hasAny(tags.any()));
        }
        if (!tags.notAll().isEmpty()) {
            Condition hasAll = DSL.noCondition();
            for (String tag : tags.notAll()) {
                hasAll = hasAll.and(hasAny(List.of(tag)));
            }
            condition = condition.andNot(hasAll);
        }
        if (!tags.notAny().isEmpty()) {
            condition = condition.andNot(hasAny(tags.notAny()));
        }
        return condition;
    }

    private static Condition hasAny(List<String> tags) {
        return PROJECT.ID.in(
                DSL.select(PROJECT_TAG.PROJECT_ID)
                        .from(PROJECT_TAG)
                        .where(PROJECT_TAG.NAME.in(tags)));
    }

    /** All projects below this one, at whatever depth; not itself. */
    public List<Project> subtree(Transaction tx, Project top) {
        return tx.sql()
                .selectFrom(PROJECT)
                .where(
                        PROJECT.DOMAIN_ID.eq(top.isDomain() ? top.id() : top.domainId()),
                        PROJECT.PATH.startsWith(top.path()),
                        PROJECT.ID.ne(top.id()))
                .orderBy(PROJECT.PATH)
                .fetch(ProjectStore::project);
    }

    public boolean hasChildren(Transaction tx, String id) {
        return tx.sql().fetchExists(PROJECT, PROJECT.PARENT_ID.eq(id));
    }

    public boolean hasEnabledChildren(Transaction tx, Project top) {
        return subtree(tx, top).stream().anyMatch(Project::enabled);
    }

    /** 409 if the name is taken among its neighbours. */
    public void insert(Transaction tx, Project project) {
        ProjectRecord row = tx.sql().newRecord(PROJECT);
        row.setId(project.id());
        row.setDomainId(project.domainId());
        row.setParentId(project.parentId().orElse(null));
        row.setIsDomain(project.isDomain());
        row.setPath(project.path());
        row.setCreatedAt(Rows.now());
        fill(row, project);
        row.setRevision(1L);
        Rows.unique(() -> conflict(project), row::insert);
    }

    public void update(Transaction tx, Project project) {
        ProjectRecord row = tx.sql().newRecord(PROJECT);
        fill(row, project);
        row.setRevision(project.revision() + 1);
        Rows.unique(
                () -> conflict(project),
                () ->
                        tx.sql()
                                .update(PROJECT)
                                .set(row)
                                .where(PROJECT.ID.eq(project.id()))
                                .execute());
    }

    private static void fill(ProjectRecord row, Project project) {
        row.setName(project.name());
        row.setNameKey(Columns.fold(project.name()));
        row.setEnabled(project.enabled());
        row.setDescription(project.description().orElse(null));
        row.setOptions(project.options());
        row.setExtra(project.extra());
        row.setUpdatedAt(Rows.now());
    }

    public void delete(Transaction tx, Collection<String> ids) {
        tx.sql().deleteFrom(PROJECT).where(PROJECT.ID.in(ids)).execute();
    }

    public List<String> tags(Transaction tx, String projectId) {
        return tx.sql()
                .select(PROJECT_TAG.NAME)
                .from(PROJECT_TAG)
                .where(PROJECT_TAG.PROJECT_ID.eq(projectId))
                .orderBy(PROJECT_TAG.NAME)
                .fetch(PROJECT_TAG.NAME);
    }

    /** The tags of many projects at once; projects without tags are left out. */
    public Map<String, List<String>> tags(Transaction tx, Collection<String> projectIds) {
        return tx.sql()
                .select(PROJECT_TAG.PROJECT_ID, PROJECT_TAG.NAME)
                .from(PROJECT_TAG)
                .where(PROJECT_TAG.PROJECT_ID.in(projectIds))
                .orderBy(PROJECT_TAG.PROJECT_ID, PROJECT_TAG.NAME)
                .fetchGroups(PROJECT_TAG.PROJECT_ID, PROJECT_TAG.NAME);
    }

    public void setTags(Transaction tx, String projectId, Collection<String> tags) {
        tx.sql().deleteFrom(PROJECT_TAG).where(PROJECT_TAG.PROJECT_ID.eq(projectId)).execute();
        tags.forEach(tag -> addTag(tx, projectId, tag));
    }

    public void addTag(Transaction tx, String projectId, String tag) {
        tx.sql()
                .insertInto(PROJECT_TAG)
                .set(PROJECT_TAG.PROJECT_ID, projectId)
                .set(PROJECT_TAG.NAME, tag)
                .onDuplicateKeyIgnore()
                .execute();
    }

    public boolean removeTag(Transaction tx, String projectId, String tag) {
        return tx.sql()
                        .deleteFrom(PROJECT_TAG)
                        .where(PROJECT_TAG.PROJECT_ID.eq(projectId), PROJECT_TAG.NAME.eq(tag))
                        .execute()
                > 0;
    }

    private static String conflict(Project project) {
        return project.isDomain()
                ? "Conflict occurred attempting to store domain - it is not permitted to have two"
                        + " domains with the same name in: "
                        + project.name()
                        + "."
                : "Conflict occurred attempting to store project - it is not permitted to have two"
                        + " projects with the same name in the same domain : "
                        + project.name()
                        + ".";
    }

    private static Project project(ProjectRecord row) {
        return new Project(
                row.getId(),
                row.getDomainId(),
                Optional.ofNullable(row.getParentId()),
                row.getName(),
                row.getIsDomain(),
                row.getEnabled(),
                Optional.ofNullable(row.getDescription()),
                row.getPath(),
                row.getOptions(),
                row.getExtra(),
                row.getRevision());
    }
}
