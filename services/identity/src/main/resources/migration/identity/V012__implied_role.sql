create table implied_role (
    prior_role_id varchar(64) not null,
    implied_role_id varchar(64) not null,
    primary key (prior_role_id, implied_role_id),
    constraint implied_role_prior_role foreign key (prior_role_id) references role (id) on delete cascade,
    constraint implied_role_implied_role foreign key (implied_role_id) references role (id) on delete cascade
);
