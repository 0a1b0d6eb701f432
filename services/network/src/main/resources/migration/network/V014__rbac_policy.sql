create table rbac_policy (
    id char(36) not null,
    project_id varchar(64) not null,
    object_type varchar(64) not null,
    object_id char(36) not null,
    action varchar(64) not null,
    target_project varchar(64) not null,
    primary key (id),
    unique (object_id, action, target_project)
);
