create table oauth_access_token (
    id varchar(64) not null,
    consumer_id varchar(64) not null,
    secret varchar(255) not null,
    project_id varchar(64) not null,
    user_id varchar(64) not null,
    role_ids text not null,
    expires_at datetime(6) not null,
    created_at datetime(6) not null,
    primary key (id),
    constraint oauth_access_token_consumer foreign key (consumer_id) references oauth_consumer (id) on delete cascade,
    constraint oauth_access_token_user foreign key (user_id) references user_account (id) on delete cascade
);
