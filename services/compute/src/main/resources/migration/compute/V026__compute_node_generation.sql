alter table compute_node add column guest_generation varchar(255) not null default '';
