create table password_history (
    user_id varchar(64) not null,
    password_revision bigint not null,
    password_hash varchar(255) not null,
    created_at datetime(6) not null,
    primary key (user_id, password_revision),
    constraint password_history_user foreign key (user_id) references user_account (id) on delete cascade
);
