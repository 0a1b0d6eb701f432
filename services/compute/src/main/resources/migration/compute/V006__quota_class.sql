create table quota_class (
    class varchar(255) not null,
    resource varchar(64) not null,
    hard_limit bigint not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (class, resource)
);
