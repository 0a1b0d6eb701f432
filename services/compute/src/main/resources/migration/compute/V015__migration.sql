create table migration (
    number bigint not null auto_increment,
    id char(36) not null,
    server_id char(36) not null,
    project_id varchar(64) not null,
    user_id varchar(64) not null,
    type varchar(32) not null,
    status varchar(32) not null,
    source_host varchar(255) not null,
    target_host varchar(255) not null,
    old_flavor_number bigint not null,
    new_flavor_number bigint not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (number),
    unique (id)
);
