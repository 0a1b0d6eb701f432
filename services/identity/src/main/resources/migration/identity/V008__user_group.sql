create table user_group (
    id varchar(64) not null,
    domain_id varchar(64) not null,
    name varchar(64) not null,
    name_key varchar(64) not null,
    description longtext null,
    extra longtext not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (id),
    unique key user_group_name (domain_id, name_key)
);
