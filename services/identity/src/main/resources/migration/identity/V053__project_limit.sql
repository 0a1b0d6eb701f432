-- What one project, or else one domain, gets instead; the other of the two ids is empty.
create table project_limit (
    id varchar(64) not null,
    registered_limit_id varchar(64) not null,
    project_id varchar(64) not null,
    domain_id varchar(64) not null,
    resource_limit int not null,
    description longtext null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (id),
    unique key project_limit_owner (registered_limit_id, project_id, domain_id),
    constraint project_limit_registered foreign key (registered_limit_id) references registered_limit (id)
);
