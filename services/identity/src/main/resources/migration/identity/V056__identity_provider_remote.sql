-- The names by which it calls itself.
create table identity_provider_remote (
    remote_id varchar(255) not null,
    identity_provider_id varchar(64) not null,
    primary key (remote_id),
    constraint identity_provider_remote_of foreign key (identity_provider_id) references identity_provider (id) on delete cascade
);
