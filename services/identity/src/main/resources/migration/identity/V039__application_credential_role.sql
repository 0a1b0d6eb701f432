create table application_credential_role (
    application_credential_id varchar(64) not null,
    role_id varchar(64) not null,
    primary key (application_credential_id, role_id),
    constraint application_credential_role_of foreign key (application_credential_id) references application_credential (id) on delete cascade,
    constraint application_credential_role_role foreign key (role_id) references role (id) on delete cascade
);
