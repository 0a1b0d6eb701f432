create table security_group_rule (
    id char(36) not null,
    project_id varchar(64) not null,
    security_group_id char(36) not null,
    direction varchar(16) not null,
    ethertype varchar(8) not null,
    protocol varchar(40),
    port_range_min int,
    port_range_max int,
    remote_ip_prefix varchar(255),
    remote_group_id char(36),
    description varchar(255) not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (id),
    foreign key (security_group_id) references security_group (id) on delete cascade,
    foreign key (remote_group_id) references security_group (id) on delete cascade
);
