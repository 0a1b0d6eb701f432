create table quota_lock (
    project_id varchar(64) not null,
    resource varchar(64) not null,
    primary key (project_id, resource)
);
