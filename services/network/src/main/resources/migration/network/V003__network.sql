create table network (
    id char(36) not null,
    project_id varchar(64) not null,
    name varchar(255) not null,
    description varchar(255) not null,
    admin_state_up boolean not null,
    mtu int not null,
    external boolean not null,
    is_default boolean not null,
    network_type varchar(32) not null,
    physical_network varchar(64),
    segmentation_id int,
    port_security_enabled boolean not null,
    availability_zone_hints text not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (id)
);
