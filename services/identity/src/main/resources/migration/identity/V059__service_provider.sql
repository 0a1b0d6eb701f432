-- Clouds that take users who come from here.
create table service_provider (
    id varchar(64) not null,
    auth_url varchar(256) not null,
    sp_url varchar(256) not null,
    enabled boolean not null,
    description longtext null,
    relay_state_prefix varchar(256) not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (id)
);
