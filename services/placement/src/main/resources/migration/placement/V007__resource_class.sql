create table resource_class (
    name varchar(255) not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    constraint resource_class_pk primary key (name)
);
