create table federation_mapping (
    id varchar(64) not null,
    rules longtext not null,
    schema_version varchar(5) not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (id)
);
