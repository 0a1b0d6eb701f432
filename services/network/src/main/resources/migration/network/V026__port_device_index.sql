create index port_device on port (device_id, device_owner);
