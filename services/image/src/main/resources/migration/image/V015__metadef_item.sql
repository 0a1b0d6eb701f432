create table metadef_item (
    namespace varchar(80) not null,
    kind varchar(20) not null,
    name varchar(255) not null,
    body longtext not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    constraint metadef_item_pk primary key (namespace, kind, name),
    constraint metadef_item_namespace foreign key (namespace) references metadef_namespace (namespace)
);
