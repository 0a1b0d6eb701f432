create table region (
    id varchar(255) not null,
    description varchar(255) not null,
    parent_region_id varchar(255) null,
    extra longtext not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (id)
);
