create index assignment_role on assignment (role_id);
