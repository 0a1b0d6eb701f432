create index assignment_target on assignment (target_id);
