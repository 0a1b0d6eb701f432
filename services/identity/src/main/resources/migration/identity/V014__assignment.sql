-- Who (a user or a group) has a role where (a project, a domain, or the system). An inherited one
-- holds on the projects below the target, not on the target itself.
create table assignment (
    actor_kind varchar(8) not null,
    actor_id varchar(64) not null,
    target_kind varchar(8) not null,
    target_id varchar(64) not null,
    role_id varchar(64) not null,
    inherited boolean not null,
    created_at datetime(6) not null,
    primary key (actor_id, target_id, target_kind, role_id, inherited),
    constraint assignment_of_role foreign key (role_id) references role (id) on delete cascade
);
