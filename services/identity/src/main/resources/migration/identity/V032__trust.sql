create table trust (
    id varchar(64) not null,
    trustor_user_id varchar(64) not null,
    trustee_user_id varchar(64) not null,
    project_id varchar(64) null,
    impersonation boolean not null,
    expires_at datetime(6) null,
    remaining_uses int null,
    redelegated_trust_id varchar(64) null,
    redelegation_count int not null,
    deleted_at datetime(6) null,
    extra longtext not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (id)
);
