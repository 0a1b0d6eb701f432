-- tokens_valid_from: tokens issued before are void (password changed, user disabled).
-- password_revision changes with the password; remembered verifications are tied to it.
create table user_account (
    id varchar(64) not null,
    domain_id varchar(64) not null,
    name varchar(255) not null,
    name_key varchar(255) not null,
    enabled boolean not null,
    default_project_id varchar(64) null,
    password_hash varchar(255) null,
    password_revision bigint not null,
    password_created_at datetime(6) null,
    password_expires_at datetime(6) null,
    failed_attempts int not null,
    failed_at datetime(6) null,
    tokens_valid_from datetime(6) not null,
    options text not null,
    extra longtext not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (id),
    unique key user_account_name (domain_id, name_key)
);
