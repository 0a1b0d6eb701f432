-- Which policy document is for an endpoint, a service, or a service in a region; ids that do not
-- matter are empty.
create table policy_association (
    endpoint_id varchar(64) not null,
    service_id varchar(64) not null,
    region_id varchar(255) not null,
    policy_id varchar(64) not null,
    created_at datetime(6) not null,
    primary key (endpoint_id, service_id, region_id),
    constraint policy_association_policy foreign key (policy_id) references policy_document (id) on delete cascade
);
