-- Which process is taking notifications to the broker, so that one alone does and they stay in order. One row at most.
create table notification_courier (
    id integer not null,
    holder varchar(64) not null,
    held_until datetime(6) not null,
    primary key (id)
);
