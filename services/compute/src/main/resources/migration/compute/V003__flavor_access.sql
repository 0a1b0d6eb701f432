create table flavor_access (
    flavor_number bigint not null,
    project_id varchar(64) not null,
    created_at datetime(6) not null,
    primary key (flavor_number, project_id),
    foreign key (flavor_number) references flavor (number)
);
