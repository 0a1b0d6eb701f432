create table quota (
    project_id varchar(64) not null,
    user_id varchar(64) not null,
    resource varchar(64) not null,
    hard_limit bigint not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (project_id, user_id, resource)
);
