-- Assertions of identity providers that were taken here: none is taken twice. The digest is of who issued it and its id.
create table saml_assertion (
    digest char(64) not null,
    expires_at datetime(6) not null,
    created_at datetime(6) not null,
    primary key (digest)
);
