create table pending_change (
    kind varchar(32) not null,
    resource_id char(36) not null,
    stamp char(36) not null,
    attempts int not null,
    due_at datetime(6) not null,
    requested_at datetime(6) not null,
    failure text,
    primary key (kind, resource_id)
);
