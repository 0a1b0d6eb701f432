create index saml_session_expiry on saml_session (expires_at);
