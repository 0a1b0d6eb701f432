create table consumer (
    id char(36) not null,
    project_id varchar(255) not null,
    user_id varchar(255) not null,
    consumer_type varchar(255) null,
    generation bigint not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    constraint consumer_pk primary key (id)
);
