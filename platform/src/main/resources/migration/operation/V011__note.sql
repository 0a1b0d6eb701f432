create table note (
    number bigint not null auto_increment,
    resource_type varchar(32) not null,
    resource_id varchar(64) not null,
    request_id varchar(64),
    author varchar(32) not null,
    content text not null,
    written_at datetime(6) not null,
    primary key (number)
);
