create table quota_lock (
    project_id varchar(64) not null,
    created_at datetime(6) not null,
    primary key (project_id)
);
