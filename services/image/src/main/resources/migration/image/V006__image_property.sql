create table image_property (
    image_id char(36) not null,
    name varchar(255) not null,
    value text not null,
    constraint image_property_pk primary key (image_id, name),
    constraint image_property_image foreign key (image_id) references image (id)
);
