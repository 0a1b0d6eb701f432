-- filters is a JSON object: interface, service_id, region_id.
create table endpoint_group (
    id varchar(64) not null,
    name varchar(255) not null,
    description longtext null,
    filters text not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (id)
);
