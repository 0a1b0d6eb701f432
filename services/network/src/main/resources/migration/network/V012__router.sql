create table router (
    id char(36) not null,
    project_id varchar(64) not null,
    name varchar(255) not null,
    description varchar(255) not null,
    admin_state_up boolean not null,
    status varchar(16) not null,
    gateway_port_id char(36),
    enable_snat boolean not null,
    routes longtext not null,
    availability_zone_hints text not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (id),
    foreign key (gateway_port_id) references port (id)
);
