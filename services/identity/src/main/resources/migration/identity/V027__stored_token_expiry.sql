create index stored_token_expiry on stored_token (expires_at);
