create table inventory (
    provider_id char(36) not null,
    resource_class varchar(255) not null,
    total bigint not null,
    reserved bigint not null,
    min_unit bigint not null,
    max_unit bigint not null,
    step_size bigint not null,
    allocation_ratio double not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    constraint inventory_pk primary key (provider_id, resource_class),
    constraint inventory_provider foreign key (provider_id) references provider (id)
);
