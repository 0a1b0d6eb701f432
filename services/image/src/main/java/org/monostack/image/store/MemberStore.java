package org.monostack.image.store;

import static org.monostack.image.jooq.Tables.IMAGE_MEMBER;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.monostack.image.jooq.tables.records.ImageMemberRecord;
import org.monostack.image.model.Member;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/** The projects that images are shared with. */
public final class MemberStore {

    public List<Member> of(Transaction tx, UUID image) {
        return tx.sql()
                .selectFrom(IMAGE_MEMBER)
                .where(IMAGE_MEMBER.IMAGE_ID.eq(image.toString()))
                .orderBy(IMAGE_MEMBER.CREATED_AT, IMAGE_MEMBER.MEMBER)
                .fetch(MemberStore::member);
    }

    public Optional<Member> find(Transaction tx, UUID image, String project) {
        return tx.sql()
                .selectFrom(IMAGE_MEMBER)
                .where(IMAGE_MEMBER.IMAGE_ID.eq(image.toString()))
                .and(IMAGE_MEMBER.MEMBER.eq(project))
                .fetchOptional(MemberStore::member);
    }

    public void insert(Transaction tx, Member member) {
        tx.sql()
                .insertInto(IMAGE_MEMBER)
                .set(IMAGE_MEMBER.IMAGE_ID, member.image().toString())
                .set(IMAGE_MEMBER.MEMBER, member.project())
                .set(IMAGE_MEMBER.STATUS, member.status())
                .set(IMAGE_MEMBER.CREATED_AT, Times.toDb(member.createdAt()))
                .set(IMAGE_MEMBER.UPDATED_AT, Times.toDb(member.updatedAt()))
                .set(IMAGE_MEMBER.REVISION, 0L)
                .execute();
    }

    public void setStatus(Transaction tx, Member member) {
        tx.sql()
                .update(IMAGE_MEMBER)
                .set(IMAGE_MEMBER.STATUS, member.status())
                .set(IMAGE_MEMBER.UPDATED_AT, Times.toDb(member.updatedAt()))
                .set(IMAGE_MEMBER.REVISION, IMAGE_MEMBER.REVISION.plus(1))
                .where(IMAGE_MEMBER.IMAGE_ID.eq(member.image().toString()))
                .and(IMAGE_MEMBER.MEMBER.eq(member.project()))
                .execute();
    }

    /** Whether there was such a member. */
    public boolean delete(Transaction tx, UUID image, String project) {
        return tx.sql()
                        .deleteFrom(IMAGE_MEMBER)
                        .where(IMAGE_MEMBER.IMAGE_ID.eq(image.toString()))
                        .and(IMAGE_MEMBER.MEMBER.eq(project))
                        .execute()
                == 1;
    }

    private static Member member(ImageMemberRecord row) {
        return new Member(
                UUID.fromString(row.getImageId()),
                row.getMember(),
                row.getStatus(),
                Times.fromDb(row.getCreatedAt()),
                Times.fromDb(row.getUpdatedAt()));
    }
}
