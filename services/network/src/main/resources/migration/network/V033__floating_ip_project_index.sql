create index floating_ip_project on floating_ip (project_id);
