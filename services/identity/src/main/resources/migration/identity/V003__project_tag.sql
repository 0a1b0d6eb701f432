create table project_tag (
    project_id varchar(64) not null,
    name varchar(255) not null,
    primary key (project_id, name),
    constraint project_tag_project foreign key (project_id) references project (id) on delete cascade
);
