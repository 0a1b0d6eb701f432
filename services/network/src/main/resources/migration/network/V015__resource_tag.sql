create table resource_tag (
    resource_id char(36) not null,
    tag varchar(255) not null,
    primary key (resource_id, tag)
);
