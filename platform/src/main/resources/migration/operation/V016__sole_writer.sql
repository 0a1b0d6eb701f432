-- The process that counts changes in its memory, or nobody (''). Whoever commits a change holds this row shared,
-- so nobody else becomes the sole writer meanwhile.
create table sole_writer (
    id tinyint not null primary key,
    process varchar(36) not null
);
