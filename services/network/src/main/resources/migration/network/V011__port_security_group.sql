create table port_security_group (
    port_id char(36) not null,
    security_group_id char(36) not null,
    primary key (port_id, security_group_id),
    foreign key (port_id) references port (id) on delete cascade,
    foreign key (security_group_id) references security_group (id)
);
