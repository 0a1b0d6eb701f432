-- The changes of all of identity are counted in operation.change_count.
drop table role_graph;
