package org.monostack.identity.directory;

import com.unboundid.ldap.sdk.DereferencePolicy;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPURL;
import com.unboundid.ldap.sdk.SearchScope;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.monostack.identity.model.DomainOption;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;

/**
 * How a domain's directory is reached and read: Keystone's options of group {@code ldap}, with
 * their defaults. Immutable.
 *
 * @param account who searches; nobody in particular if it is not there
 * @param pageSize how many entries are asked for at a time; 0: all
 */
record DirectoryConfig(
        LDAPURL url,
        Optional<String> account,
        String password,
        Security security,
        SearchScope scope,
        DereferencePolicy dereference,
        int pageSize,
        Users users,
        Groups groups) {

    /**
     * @param trusted the file with the certificates of who may vouch for the directory; those that
     *     Java trusts if it is not there
     */
    record Security(boolean startTls, boolean checked, Optional<Path> trusted) {}

    /**
     * Where users are and which attributes say what.
     *
     * @param enabledMask the bits of a number that say that a user is disabled; 0: it is no number
     */
    record Users(
            String tree,
            String objectClass,
            Optional<Filter> filter,
            String id,
            String name,
            String mail,
            String description,
            Optional<String> defaultProject,
            String enabled,
            int enabledMask,
            boolean enabledInvert,
            String enabledDefault) {}

    /**
     * @param membersAreIds whether members are named by their ids, not by their places in the tree
     */
    record Groups(
            String tree,
            String objectClass,
            Optional<Filter> filter,
            String id,
            String name,
            String description,
            String member,
            boolean membersAreIds) {}

    /** An option is not what it should be; the message names it. */
    static final class BadOption extends Exception {
        private static final long serialVersionUID = 1L;

        BadOption(String name, String what) {
            super("option " + name + " in group ldap " + what);
        }
    }

    @Override
    public String toString() {
        return "DirectoryConfig[" + url + "]";
    }

    static DirectoryConfig of(List<DomainOption> options) throws BadOption {
        Reader reader = new Reader(options);
        String suffix = reader.text("suffix", "cn=example,cn=com");
        return new DirectoryConfig(
                reader.url(),
                reader.find("user"),
                reader.text("password", ""),
                new Security(
                        reader.flag("use_tls"),
                        !reader.choice("tls_req_cert", "demand", "allow", "never").equals("never"),
                        reader.find("tls_cacertfile").map(Path::of)),
                reader.choice("query_scope", "one", "sub").equals("sub")
                        ? SearchScope.SUB
                        : SearchScope.ONE,
                switch (reader.choice(
                        "alias_dereferencing",
                        "default",
                        "never",
                        "searching",
                        "always",
                        "finding")) {
                    case "searching" -> DereferencePolicy.SEARCHING;
                    case "always" -> DereferencePolicy.ALWAYS;
                    case "finding" -> DereferencePolicy.FINDING;
                    default -> DereferencePolicy.NEVER;
                },
                reader.number("page_size"),
                new Users(
                        reader.text("user_tree_dn", "ou=Users," + suffix),
                        reader.text("user_objectclass", "inetOrgPerson"),
                        reader.filter("user_filter"),
                        reader.text("user_id_attribute", "cn"),
                        reader.text("user_name_attribute", "sn"),
                        reader.text("user_mail_attribute", "mail"),
                        reader.text("user_description_attribute", "description"),
                        reader.find("user_default_project_id_attribute"),
                        reader.text("user_enabled_attribute", "enabled"),
                        reader.number("user_enabled_mask"),
                        reader.flag("user_enabled_invert"),
                        reader.text("user_enabled_default", "True")),
                new Groups(
                        reader.text("group_tree_dn", "ou=UserGroups," + suffix),
                        reader.text("group_objectclass", "groupOfNames"),
                        reader.filter("group_filter"),
                        reader.text("group_id_attribute", "cn"),
                        reader.text("group_name_attribute", "ou"),
                        reader.text("group_desc_attribute", "description"),
                        reader.text("group_member_attribute", "member"),
                        reader.flag("group_members_are_ids")));
    }

    private static final class Reader {
        private final Map<String, JsonNode> values = new HashMap<>();

        Reader(List<DomainOption> options) {
            options.stream()
                    .filter(it -> it.group().equals("ldap"))
                    .forEach(it -> values.put(it.name(), Json.read(it.value())));
        }

        Optional<String> find(String name) {
            return Optional.ofNullable(values.get(name))
                    .filter(it -> !it.isNull())
                    .map(it -> it.isString() ? it.asString() : it.toString())
                    .filter(it -> !it.isBlank());
        }

        String text(String name, String otherwise) {
            return find(name).orElse(otherwise);
        }

        boolean flag(String name) throws BadOption {
            String text = text(name, "false").toLowerCase(Locale.ROOT);
            return switch (text) {
                case "true", "1", "yes", "on" -> true;
                case "false", "0", "no", "off" -> false;
                default -> throw new BadOption(name, "is neither true nor false");
            };
        }

        int number(String name) throws BadOption {
            String text = text(name, "0");
            if (!text.matches("[0-9]{1,9}")) {
                throw new BadOption(name, "is not a number");
            }
            return Integer.parseInt(text);
        }

        /** One of these texts, the first if none is given. */
        String choice(String name, String... choices) throws BadOption {
            String text = text(name, choices[0]);
            if (!List.of(choices).contains(text)) {
                throw new BadOption(name, "is none of " + String.join(", ", choices));
            }
            return text;
        }

        LDAPURL url() throws BadOption {
            try {
                LDAPURL url = new LDAPURL(text("url", "ldap://localhost"));
                if (!url.getScheme().equals("ldap") && !url.getScheme().equals("ldaps")) {
                    throw new BadOption("url", "is neither ldap:// nor ldaps://");
                }
                return url;
            } catch (LDAPException e) {
                throw new BadOption("url", "is not an LDAP address");
            }
        }

        Optional<Filter> filter(String name) throws BadOption {
            Optional<String> text = find(name);
            try {
                return text.isPresent() ? Optional.of(Filter.create(text.get())) : Optional.empty();
            } catch (LDAPException e) {
                throw new BadOption(name, "is not an LDAP filter");
            }
        }
    }
}
