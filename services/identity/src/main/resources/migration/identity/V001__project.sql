-- Projects, and the domains above them (is_domain): a domain's own domain_id is empty.
-- name_key is the name in lower case, since names differ by more than case. path holds the ids of
-- all ancestors and its own, '/domain/parent/self/'; a project never moves, so it never changes.
create table project (
    id varchar(64) not null,
    domain_id varchar(64) not null,
    parent_id varchar(64) null,
    name varchar(64) not null,
    name_key varchar(64) not null,
    is_domain boolean not null,
    enabled boolean not null,
    description longtext null,
    path varchar(512) not null,
    options text not null,
    extra longtext not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (id),
    unique key project_name (domain_id, name_key)
);
