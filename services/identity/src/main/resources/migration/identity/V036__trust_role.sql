create table trust_role (
    trust_id varchar(64) not null,
    role_id varchar(64) not null,
    primary key (trust_id, role_id),
    constraint trust_role_trust foreign key (trust_id) references trust (id) on delete cascade,
    constraint trust_role_role foreign key (role_id) references role (id) on delete cascade
);
