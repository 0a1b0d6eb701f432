create table network_segment_claim (
    network_type varchar(32) not null,
    physical_network varchar(64) not null,
    segmentation_id int not null,
    network_id char(36) not null,
    primary key (network_type, physical_network, segmentation_id),
    unique (network_id),
    foreign key (network_id) references network (id) on delete cascade
);
