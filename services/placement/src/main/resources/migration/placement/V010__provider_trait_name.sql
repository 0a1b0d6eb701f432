create index provider_trait_name on provider_trait (trait);
