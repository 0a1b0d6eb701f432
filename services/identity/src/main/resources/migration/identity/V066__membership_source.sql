alter table membership rename column identity_provider_id to source;
