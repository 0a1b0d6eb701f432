-- Until when the sole writer counts in its memory at most, and who else wants to write. A row of its own: it is renewed
-- all the time, while writers hold the other one.
create table sole_writer_term (
    id tinyint not null primary key,
    held_until datetime(6) not null,
    wanted_by varchar(36) not null,
    wanted_until datetime(6) not null
);
