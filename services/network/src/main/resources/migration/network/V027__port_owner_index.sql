create index port_owner on port (device_owner);
