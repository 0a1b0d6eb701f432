create index region_parent on region (parent_region_id);
