package org.monostack.identity.directory;

import com.unboundid.asn1.ASN1OctetString;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPSearchException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResult;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import com.unboundid.ldap.sdk.controls.SimplePagedResultsControl;
import com.unboundid.ldap.sdk.extensions.StartTLSExtendedRequest;
import com.unboundid.util.ssl.HostNameSSLSocketVerifier;
import com.unboundid.util.ssl.JVMDefaultTrustManager;
import com.unboundid.util.ssl.PEMFileTrustManager;
import com.unboundid.util.ssl.SSLUtil;
import com.unboundid.util.ssl.TrustAllTrustManager;
import java.security.GeneralSecurityException;
import java.security.KeyStoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import org.monostack.platform.http.ApiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one LDAP directory; never writes it. Each call has connections of its own, since log-ins
 * change who a connection speaks for. Any call throws 503 when the directory does not answer.
 * Thread-safe.
 */
final class LdapDirectory {

    private static final Logger LOG = LoggerFactory.getLogger(LdapDirectory.class);
    private static final int CONNECT_MILLIS = 3_000;
    private static final long RESPONSE_MILLIS = 10_000;

    private final DirectoryConfig config;

    /** A user as the directory has it. */
    record Person(
            String place,
            String id,
            String name,
            Optional<String> mail,
            Optional<String> description,
            Optional<String> defaultProject,
            boolean enabled) {}

    /**
     * @param members as the directory names them
     */
    record Circle(String id, String name, Optional<String> description, List<String> members) {}

    LdapDirectory(DirectoryConfig config) {
        this.config = config;
    }

    private interface Task<T> {
        T run(LDAPConnection connection) throws LDAPException;
    }

    private <T> T asked(Task<T> task) {
        try (LDAPConnection connection = connect()) {
            if (config.account().isPresent()) {
                connection.bind(config.account().get(), config.password());
            }
            return task.run(connection);
        } catch (LDAPException | GeneralSecurityException e) {
            LOG.warn("the directory at {} does not answer", config.url(), e);
            throw ApiException.unavailable(
                    "The directory of this domain does not answer; try again.");
        }
    }

    private LDAPConnection connect() throws LDAPException, GeneralSecurityException {
        LDAPConnectionOptions options = new LDAPConnectionOptions();
        options.setConnectTimeoutMillis(CONNECT_MILLIS);
        options.setResponseTimeoutMillis(RESPONSE_MILLIS);
        options.setFollowReferrals(false);
        boolean encrypted = config.url().getScheme().equals("ldaps");
        if (config.security().checked() && (encrypted || config.security().startTls())) {
            options.setSSLSocketVerifier(new HostNameSSLSocketVerifier(true));
        }
        String host = config.url().getHost();
        int port = config.url().getPort();
        if (encrypted) {
            return new LDAPConnection(security().createSSLSocketFactory(), options, host, port);
        }
        LDAPConnection connection = new LDAPConnection(options, host, port);
        if (config.security().startTls()) {
            connection.processExtendedOperation(
                    new StartTLSExtendedRequest(security().createSSLContext()));
        }
        return connection;
    }

    private SSLUtil security() throws KeyStoreException {
        TrustManager trusted;
        if (!config.security().checked()) {
            trusted = new TrustAllTrustManager();
        } else if (config.security().trusted().isPresent()) {
            trusted = new PEMFileTrustManager(config.security().trusted().get().toFile());
        } else {
            trusted = JVMDefaultTrustManager.getInstance();
        }
        return new SSLUtil(trusted);
    }

    /** Whether this is the person's password, as the directory says. */
    boolean isPassword(Person person, String password) {
        // A bind with a name and no password succeeds for anybody.
        if (password.isEmpty()) {
            return false;
        }
        try (LDAPConnection connection = connect()) {
            return connection.bind(person.place(), password).getResultCode() == ResultCode.SUCCESS;
        } catch (LDAPException | GeneralSecurityException e) {
            if (e instanceof LDAPException refused
                    && refused.getResultCode() == ResultCode.INVALID_CREDENTIALS) {
                return false;
            }
            LOG.warn("the directory at {} does not answer", config.url(), e);
            throw ApiException.unavailable(
                    "The directory of this domain does not answer; try again.");
        }
    }

    /** All users, or those with this name. */
    List<Person> users(Optional<String> name) {
        return asked(
                connection -> people(connection, name.map(it -> equal(config.users().name(), it))));
    }

    Optional<Person> user(String id) {
        return asked(connection ->
                people(connection, Optional.of(equal(config.users().id(), id))).stream()
                        .findFirst());
    }

    private List<Person> people(LDAPConnection connection, Optional<Filter> also)
            throws LDAPException {
        DirectoryConfig.Users users = config.users();
        List<Person> people = new ArrayList<>();
        for (SearchResultEntry entry :
                search(connection, users.tree(), users.objectClass(), users.filter(), also)) {
            person(entry).ifPresent(people::add);
        }
        return people;
    }

    /** Empty for an entry that lacks an id or a name. */
    private Optional<Person> person(SearchResultEntry entry) {
        DirectoryConfig.Users users = config.users();
        Optional<String> id = value(entry, users.id());
        Optional<String> name = value(entry, users.name());
        if (id.isEmpty() || name.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Person(
                        entry.getDN(),
                        id.get(),
                        name.get(),
                        value(entry, users.mail()),
                        value(entry, users.description()),
                        users.defaultProject().flatMap(it -> value(entry, it)),
                        isEnabled(value(entry, users.enabled()).orElse(users.enabledDefault()))));
    }

    private boolean isEnabled(String value) {
        int mask = config.users().enabledMask();
        if (mask != 0) {
            return value.matches("[0-9]{1,9}") && (Integer.parseInt(value) & mask) != mask;
        }
        boolean flag =
                switch (value.toLowerCase(Locale.ROOT)) {
                    case "true", "1", "yes", "on", "t", "y" -> true;
                    default -> false;
                };
        return flag != config.users().enabledInvert();
    }

    /** All groups, or those with this name. */
    List<Circle> groups(Optional<String> name) {
        return asked(connection ->
                circles(connection, name.map(it -> equal(config.groups().name(), it))));
    }

    Optional<Circle> group(String id) {
        return asked(connection ->
                circles(connection, Optional.of(equal(config.groups().id(), id))).stream()
                        .findFirst());
    }

    /** The groups that the person is in. */
    List<Circle> groupsOf(Person person) {
        String member = config.groups().membersAreIds() ? person.id() : person.place();
        return asked(connection ->
                circles(connection, Optional.of(equal(config.groups().member(), member))));
    }

    /** The users among a group's members. */
    List<Person> members(Circle circle) {
        return asked(connection -> {
            List<Person> people = new ArrayList<>();
            for (String member : circle.members()) {
                if (config.groups().membersAreIds()) {
                    people.addAll(
                            people(connection, Optional.of(equal(config.users().id(), member))));
                } else {
                    at(connection, member).ifPresent(people::add);
                }
            }
            return people;
        });
    }

    /** Empty if there is no user at this place of the tree. */
    private Optional<Person> at(LDAPConnection connection, String place) throws LDAPException {
        SearchRequest request =
                new SearchRequest(
                        place,
                        SearchScope.BASE,
                        equal("objectClass", config.users().objectClass()));
        try {
            return connection.search(request).getSearchEntries().stream()
                    .findFirst()
                    .flatMap(this::person);
        } catch (LDAPSearchException e) {
            if (e.getResultCode() == ResultCode.NO_SUCH_OBJECT
                    || e.getResultCode() == ResultCode.INVALID_DN_SYNTAX) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private List<Circle> circles(LDAPConnection connection, Optional<Filter> also)
            throws LDAPException {
        DirectoryConfig.Groups groups = config.groups();
        List<Circle> circles = new ArrayList<>();
        for (SearchResultEntry entry :
                search(connection, groups.tree(), groups.objectClass(), groups.filter(), also)) {
            Optional<String> id = value(entry, groups.id());
            Optional<String> name = value(entry, groups.name());
            if (id.isPresent() && name.isPresent()) {
                String[] members = entry.getAttributeValues(groups.member());
                circles.add(
                        new Circle(
                                id.get(),
                                name.get(),
                                value(entry, groups.description()),
                                members == null ? List.of() : List.of(members)));
            }
        }
        return circles;
    }

    private List<SearchResultEntry> search(
            LDAPConnection connection,
            String tree,
            String objectClass,
            Optional<Filter> always,
            Optional<Filter> also)
            throws LDAPException {
        List<Filter> filters = new ArrayList<>(List.of(equal("objectClass", objectClass)));
        always.ifPresent(filters::add);
        also.ifPresent(filters::add);
        SearchRequest request =
                new SearchRequest(tree, config.scope(), Filter.createANDFilter(filters));
        request.setDerefPolicy(config.dereference());
        List<SearchResultEntry> entries = new ArrayList<>();
        ASN1OctetString next = null;
        try {
            do {
                if (config.pageSize() > 0) {
                    request.setControls(new SimplePagedResultsControl(config.pageSize(), next));
                }
                SearchResult result = connection.search(request);
                entries.addAll(result.getSearchEntries());
                SimplePagedResultsControl page = SimplePagedResultsControl.get(result);
                next = page != null && page.moreResultsToReturn() ? page.getCookie() : null;
            } while (next != null);
        } catch (LDAPSearchException e) {
            if (e.getResultCode() == ResultCode.NO_SUCH_OBJECT) {
                return List.of();
            }
            throw e;
        }
        return entries;
    }

    private static Filter equal(String attribute, String value) {
        return Filter.createEqualityFilter(attribute, value);
    }

    private static Optional<String> value(SearchResultEntry entry, String attribute) {
        return Optional.ofNullable(entry.getAttributeValue(attribute)).filter(it -> !it.isEmpty());
    }
}
