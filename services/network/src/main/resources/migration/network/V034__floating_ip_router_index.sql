create index floating_ip_router on floating_ip (router_id);
