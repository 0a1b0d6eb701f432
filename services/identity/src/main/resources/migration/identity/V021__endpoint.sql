create table endpoint (
    id varchar(64) not null,
    service_id varchar(64) not null,
    kind varchar(8) not null,
    region_id varchar(255) null,
    url text not null,
    enabled boolean not null,
    extra longtext not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (id),
    constraint endpoint_of_service foreign key (service_id) references service (id) on delete cascade
);
