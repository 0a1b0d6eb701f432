create table address_scope (
    id char(36) not null,
    project_id varchar(64) not null,
    name varchar(255) not null,
    ip_version int not null,
    shared boolean not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (id)
);
