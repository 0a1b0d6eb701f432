-- domain_id is empty for roles that belong to no domain.
create table role (
    id varchar(64) not null,
    domain_id varchar(64) not null,
    name varchar(255) not null,
    name_key varchar(255) not null,
    description longtext null,
    options text not null,
    extra longtext not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (id),
    unique key role_name (domain_id, name_key)
);
