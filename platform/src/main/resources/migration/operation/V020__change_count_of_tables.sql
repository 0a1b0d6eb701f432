-- Changes are counted by schema, and by table (schema.table) where something is derived from that table alone.
alter table change_count modify column name varchar(100) not null;
