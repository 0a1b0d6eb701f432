create table policy_document (
    id varchar(64) not null,
    type varchar(255) not null,
    content longtext not null,
    extra longtext not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (id)
);
