create index credential_user on credential (user_id);
