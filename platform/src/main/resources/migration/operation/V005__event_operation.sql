create index event_operation on event (operation_id, id);
