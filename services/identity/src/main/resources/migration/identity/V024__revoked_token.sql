-- Tokens that were revoked, by their audit id, until they would have expired anyway.
create table revoked_token (
    audit_id varchar(32) not null,
    expires_at datetime(6) not null,
    created_at datetime(6) not null,
    primary key (audit_id)
);
