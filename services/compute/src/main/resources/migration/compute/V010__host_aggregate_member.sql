create table host_aggregate_member (
    aggregate_number bigint not null,
    host varchar(255) not null,
    created_at datetime(6) not null,
    primary key (aggregate_number, host),
    foreign key (aggregate_number) references host_aggregate (number)
);
