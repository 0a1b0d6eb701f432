create index pending_change_due on pending_change (due_at);
