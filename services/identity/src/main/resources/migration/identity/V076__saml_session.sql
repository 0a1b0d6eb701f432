-- What an identity provider stated of a program's user, until the program has its token. The digest is of the program's cookie.
create table saml_session (
    digest char(64) not null,
    identity_provider_id varchar(64) not null,
    attributes longtext not null,
    expires_at datetime(6) not null,
    created_at datetime(6) not null,
    primary key (digest)
);
