create table compute_service (
    number bigint not null auto_increment,
    id char(36) not null,
    host varchar(255) not null,
    program varchar(64) not null,
    zone varchar(255) not null,
    disabled boolean not null,
    disabled_reason varchar(255),
    forced_down boolean not null,
    seen_at datetime(6) not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (number),
    unique (id),
    unique (host, program)
);
