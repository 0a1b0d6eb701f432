create index membership_group on membership (group_id);
