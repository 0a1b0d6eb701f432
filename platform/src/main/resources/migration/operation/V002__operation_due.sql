create index operation_due on operation (unfinished, due_at);
