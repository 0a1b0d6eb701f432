-- What users and groups that are in a domain's directory are called there.
create table directory_entry (
    public_id varchar(64) not null,
    domain_id varchar(64) not null,
    local_id varchar(255) not null,
    created_at datetime(6) not null,
    primary key (public_id)
);
