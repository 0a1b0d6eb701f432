create table request (
    number bigint not null auto_increment,
    id varchar(64) not null,
    global_id varchar(64),
    service varchar(32) not null,
    method varchar(16) not null,
    path varchar(1024) not null,
    route varchar(255),
    status int not null,
    user_id varchar(64) not null,
    user_name varchar(255) not null,
    project_id varchar(64),
    remote_address varchar(64) not null,
    verdicts text,
    failure text,
    started_at datetime(6) not null,
    took_micros bigint not null,
    primary key (number)
);
