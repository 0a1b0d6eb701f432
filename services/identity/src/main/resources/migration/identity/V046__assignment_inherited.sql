create index assignment_inherited on assignment (actor_id, inherited);
