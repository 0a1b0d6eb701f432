create table server_group (
    number bigint not null auto_increment,
    id char(36) not null,
    project_id varchar(64) not null,
    user_id varchar(64) not null,
    name varchar(255) not null,
    policy varchar(64) not null,
    rules longtext not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (number),
    unique (id)
);
