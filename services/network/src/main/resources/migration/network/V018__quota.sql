create table quota (
    project_id varchar(64) not null,
    resource varchar(64) not null,
    quota_limit int not null,
    primary key (project_id, resource)
);
