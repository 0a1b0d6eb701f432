-- Who may ask users for a part of their rights (OAuth 1.0a). Secrets here and in the tokens are
-- encrypted with the credential keys.
create table oauth_consumer (
    id varchar(64) not null,
    description longtext null,
    secret varchar(255) not null,
    extra longtext not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (id)
);
