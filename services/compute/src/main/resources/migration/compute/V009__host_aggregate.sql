create table host_aggregate (
    number bigint not null auto_increment,
    id char(36) not null,
    name varchar(255) not null,
    metadata longtext not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (number),
    unique (id),
    unique (name)
);
