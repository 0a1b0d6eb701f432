create table access_rule (
    id varchar(64) not null,
    user_id varchar(64) not null,
    service varchar(64) not null,
    path varchar(128) not null,
    method varchar(16) not null,
    primary key (id),
    unique key access_rule_what (user_id, service, path, method),
    constraint access_rule_user foreign key (user_id) references user_account (id) on delete cascade
);
