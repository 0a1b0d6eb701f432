-- What is still to be told to the message broker, oldest first.
create table notification (
    number bigint not null auto_increment,
    body mediumtext not null,
    created_at datetime(6) not null,
    primary key (number)
);
