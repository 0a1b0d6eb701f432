create table request_resource (
    resource_id varchar(64) not null,
    request_number bigint not null,
    primary key (resource_id, request_number)
);
