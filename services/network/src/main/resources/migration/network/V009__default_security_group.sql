create table default_security_group (
    project_id varchar(64) not null,
    security_group_id char(36) not null,
    primary key (project_id),
    foreign key (security_group_id) references security_group (id) on delete cascade
);
