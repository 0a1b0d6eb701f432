create table metering_label_rule (
    id char(36) not null,
    project_id varchar(64) not null,
    metering_label_id char(36) not null,
    direction varchar(16) not null,
    remote_ip_prefix varchar(64),
    source_ip_prefix varchar(64),
    destination_ip_prefix varchar(64),
    excluded boolean not null,
    primary key (id),
    foreign key (metering_label_id) references metering_label (id) on delete cascade
);
