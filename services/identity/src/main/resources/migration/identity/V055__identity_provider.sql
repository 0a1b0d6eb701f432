-- Who vouches for users of ours. Its users live in its domain.
create table identity_provider (
    id varchar(64) not null,
    domain_id varchar(64) not null,
    enabled boolean not null,
    description longtext null,
    authorization_ttl int null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (id)
);
