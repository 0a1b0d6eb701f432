create table ip_allocation (
    subnet_id char(36) not null,
    address varchar(64) not null,
    port_id char(36) not null,
    network_id char(36) not null,
    position int not null,
    primary key (subnet_id, address),
    foreign key (subnet_id) references subnet (id),
    foreign key (port_id) references port (id) on delete cascade
);
