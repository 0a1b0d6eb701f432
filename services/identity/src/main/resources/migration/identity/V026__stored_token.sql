-- What a UUID token stands for, under the digest of the token: who reads this table has no token.
create table stored_token (
    digest char(64) not null,
    content varchar(1024) not null,
    expires_at datetime(6) not null,
    created_at datetime(6) not null,
    primary key (digest)
);
