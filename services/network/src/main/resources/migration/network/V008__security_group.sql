create table security_group (
    id char(36) not null,
    project_id varchar(64) not null,
    name varchar(255) not null,
    description varchar(255) not null,
    is_default boolean not null,
    stateful boolean not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (id)
);
