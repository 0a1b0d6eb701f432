create table server_password (
    server_id char(36) not null,
    content varchar(1020) not null,
    created_at datetime(6) not null,
    primary key (server_id)
);
