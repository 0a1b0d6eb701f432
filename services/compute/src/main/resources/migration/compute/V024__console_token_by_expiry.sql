create index console_token_by_expiry on console_token (expires_at);
