-- How a provider's users come here, and what the mapping makes of them.
create table federation_protocol (
    identity_provider_id varchar(64) not null,
    id varchar(64) not null,
    mapping_id varchar(64) not null,
    remote_id_attribute varchar(64) null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (identity_provider_id, id),
    constraint federation_protocol_provider foreign key (identity_provider_id) references identity_provider (id) on delete cascade
);
