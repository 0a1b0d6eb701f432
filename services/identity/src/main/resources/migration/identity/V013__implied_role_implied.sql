create index implied_role_implied on implied_role (implied_role_id);
