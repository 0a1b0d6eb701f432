create table server_action (
    number bigint not null auto_increment,
    server_id char(36) not null,
    action varchar(64) not null,
    request_id varchar(64) not null,
    user_id varchar(64) not null,
    project_id varchar(64) not null,
    operation_id varchar(64),
    message varchar(255),
    started_at datetime(6) not null,
    finished_at datetime(6),
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (number)
);
