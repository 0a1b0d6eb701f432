create table provider_trait (
    provider_id char(36) not null,
    trait varchar(255) not null,
    created_at datetime(6) not null,
    constraint provider_trait_pk primary key (provider_id, trait),
    constraint provider_trait_provider foreign key (provider_id) references provider (id)
);
