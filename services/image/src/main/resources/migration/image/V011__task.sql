create table task (
    id char(36) not null,
    task_type varchar(30) not null,
    status varchar(30) not null,
    owner varchar(255) not null,
    user_id varchar(64) not null,
    image_id char(36) not null,
    request_id varchar(64) not null,
    input longtext not null,
    result longtext null,
    message text null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    expires_at datetime(6) null,
    revision bigint not null,
    constraint task_pk primary key (id)
);
