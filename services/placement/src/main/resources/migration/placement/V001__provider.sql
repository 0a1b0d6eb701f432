create table provider (
    id char(36) not null,
    name varchar(200) not null,
    parent_id char(36) null,
    root_id char(36) not null,
    generation bigint not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    constraint provider_pk primary key (id),
    constraint provider_name unique (name),
    constraint provider_parent foreign key (parent_id) references provider (id)
);
