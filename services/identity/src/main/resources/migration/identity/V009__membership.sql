create table membership (
    user_id varchar(64) not null,
    group_id varchar(64) not null,
    created_at datetime(6) not null,
    primary key (user_id, group_id),
    constraint membership_user foreign key (user_id) references user_account (id) on delete cascade,
    constraint membership_of_group foreign key (group_id) references user_group (id) on delete cascade
);
