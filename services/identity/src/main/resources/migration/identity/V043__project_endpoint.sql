create table project_endpoint (
    project_id varchar(64) not null,
    endpoint_id varchar(64) not null,
    primary key (project_id, endpoint_id),
    constraint project_endpoint_project foreign key (project_id) references project (id) on delete cascade,
    constraint project_endpoint_endpoint foreign key (endpoint_id) references endpoint (id) on delete cascade
);
