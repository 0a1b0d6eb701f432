create table image_tag (
    image_id char(36) not null,
    tag varchar(255) not null,
    constraint image_tag_pk primary key (image_id, tag),
    constraint image_tag_image foreign key (image_id) references image (id)
);
