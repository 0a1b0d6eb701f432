create index operation_due on durable_operation (unfinished, due_at);
