create table application_credential (
    id varchar(64) not null,
    name varchar(255) not null,
    user_id varchar(64) not null,
    project_id varchar(64) not null,
    description longtext null,
    secret_hash varchar(255) not null,
    expires_at datetime(6) null,
    unrestricted boolean not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (id),
    unique key application_credential_name (user_id, name),
    constraint application_credential_user foreign key (user_id) references user_account (id) on delete cascade
);
