create index revoked_token_expiry on revoked_token (expires_at);
