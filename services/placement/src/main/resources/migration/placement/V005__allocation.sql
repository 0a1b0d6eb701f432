create table allocation (
    consumer_id char(36) not null,
    provider_id char(36) not null,
    resource_class varchar(255) not null,
    used bigint not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    constraint allocation_pk primary key (consumer_id, provider_id, resource_class),
    constraint allocation_consumer foreign key (consumer_id) references consumer (id),
    constraint allocation_provider foreign key (provider_id) references provider (id)
);
