create table keypair (
    number bigint not null auto_increment,
    user_id varchar(64) not null,
    name varchar(255) not null,
    type varchar(16) not null,
    fingerprint varchar(255) not null,
    public_key text not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    primary key (number),
    unique (user_id, name)
);
