create index saml_assertion_expiry on saml_assertion (expires_at);
