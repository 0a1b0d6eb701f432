-- How much of a resource everybody gets; an empty region stands for none.
create table registered_limit (
    id varchar(64) not null,
    service_id varchar(64) not null,
    region_id varchar(255) not null,
    resource_name varchar(255) not null,
    default_limit int not null,
    description longtext null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (id),
    unique key registered_limit_resource (service_id, region_id, resource_name)
);
