create table server_held_image (
    server_id char(36) not null,
    image text not null,
    created_at datetime(6) not null,
    primary key (server_id)
);
