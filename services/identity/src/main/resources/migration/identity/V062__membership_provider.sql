alter table membership add column identity_provider_id varchar(64) null;
