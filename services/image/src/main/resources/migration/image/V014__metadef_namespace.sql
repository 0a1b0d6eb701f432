create table metadef_namespace (
    namespace varchar(80) not null,
    display_name varchar(80) null,
    description text null,
    visibility varchar(20) not null,
    protected boolean not null,
    owner varchar(255) not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    constraint metadef_namespace_pk primary key (namespace)
);
