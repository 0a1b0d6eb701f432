-- When users chose the password themselves; null if somebody else set it.
alter table user_account rename column password_created_at to password_chosen_at;
