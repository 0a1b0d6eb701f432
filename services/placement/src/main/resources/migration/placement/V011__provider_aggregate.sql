create table provider_aggregate (
    provider_id char(36) not null,
    aggregate_id char(36) not null,
    created_at datetime(6) not null,
    constraint provider_aggregate_pk primary key (provider_id, aggregate_id),
    constraint provider_aggregate_provider foreign key (provider_id) references provider (id)
);
