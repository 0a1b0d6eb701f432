create table floating_ip (
    id char(36) not null,
    project_id varchar(64) not null,
    description varchar(255) not null,
    floating_network_id char(36) not null,
    floating_ip_address varchar(64) not null,
    floating_port_id char(36) not null,
    port_id char(36),
    fixed_ip_address varchar(64),
    router_id char(36),
    status varchar(16) not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (id),
    unique (floating_network_id, floating_ip_address),
    unique (port_id, fixed_ip_address),
    foreign key (floating_port_id) references port (id)
);
