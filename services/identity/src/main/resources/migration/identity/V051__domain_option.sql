-- One option of a domain's own configuration: its value as JSON, encrypted if it is a secret.
create table domain_option (
    domain_id varchar(64) not null,
    option_group varchar(255) not null,
    option_name varchar(255) not null,
    secret boolean not null,
    option_value longtext not null,
    updated_at datetime(6) not null,
    primary key (domain_id, option_group, option_name)
);
