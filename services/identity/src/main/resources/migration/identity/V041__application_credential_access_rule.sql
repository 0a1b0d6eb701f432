create table application_credential_access_rule (
    application_credential_id varchar(64) not null,
    access_rule_id varchar(64) not null,
    primary key (application_credential_id, access_rule_id),
    constraint application_credential_rule_of foreign key (application_credential_id) references application_credential (id) on delete cascade,
    constraint application_credential_rule_rule foreign key (access_rule_id) references access_rule (id)
);
