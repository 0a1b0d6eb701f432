create table credential (
    id varchar(64) not null,
    user_id varchar(64) not null,
    project_id varchar(64) null,
    type varchar(255) not null,
    encrypted longtext not null,
    extra longtext not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (id),
    constraint credential_of_user foreign key (user_id) references user_account (id) on delete cascade
);
