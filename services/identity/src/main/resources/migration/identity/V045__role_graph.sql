-- One row that counts the changes of roles and their implications. What is derived from them in
-- memory is good as long as this number is the one that it was derived at.
create table role_graph (
    id tinyint not null,
    revision bigint not null,
    primary key (id)
);
