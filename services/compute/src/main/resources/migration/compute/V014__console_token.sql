create table console_token (
    token_hash char(64) not null,
    server_id char(36) not null,
    type varchar(32) not null,
    expires_at datetime(6) not null,
    created_at datetime(6) not null,
    primary key (token_hash)
);
