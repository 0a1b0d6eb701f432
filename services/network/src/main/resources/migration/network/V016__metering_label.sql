create table metering_label (
    id char(36) not null,
    project_id varchar(64) not null,
    name varchar(255) not null,
    description varchar(1024) not null,
    shared boolean not null,
    primary key (id)
);
