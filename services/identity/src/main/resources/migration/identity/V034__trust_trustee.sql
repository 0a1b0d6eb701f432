create index trust_trustee on trust (trustee_user_id);
