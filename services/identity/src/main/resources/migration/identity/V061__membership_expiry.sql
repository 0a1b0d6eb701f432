alter table membership add column expires_at datetime(6) null;
