create table event (
    id bigint not null auto_increment,
    operation_id char(36) not null,
    step varchar(64) not null,
    is_undo boolean not null,
    result varchar(16) not null,
    detail text,
    started_at datetime(6) not null,
    finished_at datetime(6) not null,
    primary key (id)
);
