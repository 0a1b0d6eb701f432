create index ip_allocation_port on ip_allocation (port_id);
