create index trust_trustor on trust (trustor_user_id);
