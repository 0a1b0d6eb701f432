-- A consumer's question; answered by a user when it has a verifier, and gone once it was exchanged.
create table oauth_request_token (
    id varchar(64) not null,
    consumer_id varchar(64) not null,
    secret varchar(255) not null,
    project_id varchar(64) not null,
    verifier varchar(64) null,
    user_id varchar(64) null,
    role_ids text not null,
    expires_at datetime(6) not null,
    created_at datetime(6) not null,
    primary key (id),
    constraint oauth_request_token_consumer foreign key (consumer_id) references oauth_consumer (id) on delete cascade
);
