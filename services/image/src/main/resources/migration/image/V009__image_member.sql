create table image_member (
    image_id char(36) not null,
    member varchar(255) not null,
    status varchar(20) not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    revision bigint not null,
    constraint image_member_pk primary key (image_id, member),
    constraint image_member_image foreign key (image_id) references image (id)
);
