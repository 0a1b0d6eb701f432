create table project_endpoint_group (
    project_id varchar(64) not null,
    endpoint_group_id varchar(64) not null,
    primary key (project_id, endpoint_group_id),
    constraint project_endpoint_group_project foreign key (project_id) references project (id) on delete cascade,
    constraint project_endpoint_group_group foreign key (endpoint_group_id) references endpoint_group (id) on delete cascade
);
