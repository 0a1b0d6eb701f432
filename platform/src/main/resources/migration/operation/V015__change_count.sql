-- How often a schema's tables were changed: the sum of its slots. Several slots, so that transactions
-- that change something seldom wait for each other. What is derived from a schema's rows and kept in
-- memory is good as long as the sum is what it was.
create table change_count (
    name varchar(32) not null,
    slot tinyint not null,
    value bigint not null,
    primary key (name, slot)
);
