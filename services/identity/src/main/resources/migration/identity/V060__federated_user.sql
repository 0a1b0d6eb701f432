-- Who a provider's user is here. Its account is made at the first log-in.
create table federated_user (
    identity_provider_id varchar(64) not null,
    protocol_id varchar(64) not null,
    unique_id varchar(255) not null,
    user_id varchar(64) not null,
    created_at datetime(6) not null,
    primary key (identity_provider_id, protocol_id, unique_id),
    constraint federated_user_account foreign key (user_id) references user_account (id) on delete cascade,
    constraint federated_user_protocol foreign key (identity_provider_id, protocol_id) references federation_protocol (identity_provider_id, id) on delete cascade
);
