-- What is derived from this schema's rows in memory is good as long as the sum of these is the same;
-- several slots, so that those who change something seldom wait for each other.
create table change_count (
    slot tinyint not null,
    value bigint not null,
    primary key (slot)
);
