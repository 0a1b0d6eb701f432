package org.monostack.cloud.config;

import java.util.ArrayList;
import java.util.List;
import org.monostack.platform.http.AddressRange;

/** The variables of identity and of those whom it tells what happened. */
final class IdentityVariables {

    /** In the order of the table. */
    static final List<Variable<?>> ALL = new ArrayList<>();

    static final Variable<String> KEYSTONE_TOKEN_FORMAT =
            effective(
                    "KEYSTONE_TOKEN_FORMAT",
                    ValueType.choice("fernet", "uuid", "jws"),
                    "fernet",
                    "The form of tokens.");

    static final Variable<String> KEYSTONE_NOTIFICATION_FORMAT =
            effective(
                    "KEYSTONE_NOTIFICATION_FORMAT",
                    ValueType.choice("cadf", "basic", "none"),
                    "cadf",
                    "How identity tells of changes and log-ins, in LOGDIR/notifications.log and to"
                            + " RabbitMQ.");

    static final Variable<Boolean> KEYSTONE_ENFORCE_SCOPE =
            effective(
                    "KEYSTONE_ENFORCE_SCOPE",
                    ValueType.BOOLEAN,
                    "False",
                    "Whether identity's administrator needs a token for the whole system.");
    static final Variable<Boolean> KEYSTONE_SECURITY_COMPLIANCE_ENABLED =
            effective(
                    "KEYSTONE_SECURITY_COMPLIANCE_ENABLED",
                    ValueType.BOOLEAN,
                    "False",
                    "Whether the rules for accounts and passwords hold that the next variables set.");
    static final Variable<Integer> KEYSTONE_LOCKOUT_FAILURE_ATTEMPTS =
            effective(
                    "KEYSTONE_LOCKOUT_FAILURE_ATTEMPTS",
                    ValueType.COUNT,
                    "2",
                    "How many wrong passwords in a row lock an account.");
    static final Variable<Integer> KEYSTONE_LOCKOUT_DURATION =
            effective(
                    "KEYSTONE_LOCKOUT_DURATION",
                    ValueType.COUNT,
                    "10",
                    "For how many seconds an account is locked; 0: for ever.");
    static final Variable<Integer> KEYSTONE_UNIQUE_LAST_PASSWORD_COUNT =
            effective(
                    "KEYSTONE_UNIQUE_LAST_PASSWORD_COUNT",
                    ValueType.COUNT,
                    "2",
                    "How many of a user's last passwords cannot be chosen again.");
    static final Variable<Integer> KEYSTONE_PASSWORD_EXPIRES_DAYS =
            effective(
                    "KEYSTONE_PASSWORD_EXPIRES_DAYS",
                    ValueType.DAYS,
                    "0",
                    "After how many days a password must be changed; 0: never.");
    static final Variable<Integer> KEYSTONE_MINIMUM_PASSWORD_AGE =
            effective(
                    "KEYSTONE_MINIMUM_PASSWORD_AGE",
                    ValueType.DAYS,
                    "0",
                    "For how many days users must keep a password of theirs.");
    static final Variable<Boolean> KEYSTONE_CHANGE_PASSWORD_UPON_FIRST_USE =
            effective(
                    "KEYSTONE_CHANGE_PASSWORD_UPON_FIRST_USE",
                    ValueType.BOOLEAN,
                    "False",
                    "Whether users must change a password that an administrator set.");
    static final Variable<String> KEYSTONE_PASSWORD_REGEX =
            worked("KEYSTONE_PASSWORD_REGEX", ValueType.REGEX, "What a new password must match.");
    static final Variable<String> KEYSTONE_PASSWORD_REGEX_DESCRIPTION =
            worked(
                    "KEYSTONE_PASSWORD_REGEX_DESCRIPTION",
                    ValueType.TEXT,
                    "What users are told of KEYSTONE_PASSWORD_REGEX.");
    static final Variable<Integer> KEYSTONE_PASSWORD_HASH_ROUNDS =
            effective(
                    "KEYSTONE_PASSWORD_HASH_ROUNDS",
                    ValueType.integer(4, 31),
                    "12",
                    "How much work a new password's hash is; one more doubles it.");
    static final Variable<Integer> KEYSTONE_LOGIN_FAILURES_PER_ACCOUNT =
            effective(
                    "KEYSTONE_LOGIN_FAILURES_PER_ACCOUNT",
                    ValueType.integer(0, 1_000_000),
                    "10",
                    "How many log-ins to one account may fail at once, and then each minute; 0: any"
                            + " number.");
    static final Variable<Integer> KEYSTONE_LOGIN_FAILURES_PER_ADDRESS =
            effective(
                    "KEYSTONE_LOGIN_FAILURES_PER_ADDRESS",
                    ValueType.integer(0, 1_000_000),
                    "60",
                    "The same for log-ins from one address; 0: any number, as behind a proxy.");

    static final Variable<List<String>> KEYSTONE_NOTIFICATION_OPT_OUT =
            effective(
                    "KEYSTONE_NOTIFICATION_OPT_OUT",
                    ValueType.NAMES,
                    "identity.authenticate.success,identity.authenticate.pending,"
                            + "identity.authenticate.failed",
                    "Which events RabbitMQ is not told of, with Keystone's names and default; a"
                            + " log-in that fails is identity.authenticate.failure.");
    static final Variable<String> RABBIT_HOST =
            worked(
                    "RABBIT_HOST",
                    ValueType.WORD,
                    "The RabbitMQ server that is told what happened, with enable_service rabbit; one"
                            + " of this cloud's own if not given.");
    static final Variable<Integer> RABBIT_PORT =
            effective("RABBIT_PORT", ValueType.PORT, "5672", "The port of RABBIT_HOST.");
    static final Variable<String> RABBIT_USERID =
            effective("RABBIT_USERID", ValueType.WORD, "stackrabbit", "Its user.");
    static final Variable<String> RABBIT_PASSWORD =
            worked(
                    "RABBIT_PASSWORD",
                    ValueType.SECRET,
                    "That user's password; made up if not given.");
    static final Variable<Boolean> RABBIT_DURABLE_QUEUES =
            effective(
                    "RABBIT_DURABLE_QUEUES",
                    ValueType.BOOLEAN,
                    "False",
                    "Whether RabbitMQ keeps what nobody consumed yet over its own end; consumers need"
                            + " amqp_durable_queues then.");

    static final Variable<Integer> KEYSTONE_SAML_ASSERTION_EXPIRATION_TIME =
            effective(
                    "KEYSTONE_SAML_ASSERTION_EXPIRATION_TIME",
                    ValueType.integer(1, 86_400),
                    "3600",
                    "For how many seconds another cloud may take an assertion of this one.");
    static final Variable<String> KEYSTONE_SAML_IDP_ENTITY_ID =
            worked(
                    "KEYSTONE_SAML_IDP_ENTITY_ID",
                    ValueType.TEXT,
                    "What this cloud calls itself to other clouds; made of its address if not given.");
    static final Variable<String> KEYSTONE_SAML_IDP_SSO_ENDPOINT =
            worked(
                    "KEYSTONE_SAML_IDP_SSO_ENDPOINT",
                    ValueType.TEXT,
                    "The single sign-on address in its SAML metadata; made of its address if not given.");
    static final Variable<String> KEYSTONE_SAML_IDP_LANG =
            effective(
                    "KEYSTONE_SAML_IDP_LANG",
                    ValueType.WORD,
                    "en",
                    "The language of the next names.");
    static final Variable<String> KEYSTONE_SAML_IDP_ORGANIZATION_NAME =
            worked(
                    "KEYSTONE_SAML_IDP_ORGANIZATION_NAME",
                    ValueType.TEXT,
                    "Who runs the cloud, in its SAML metadata; needs the organization's URL, too.");
    static final Variable<String> KEYSTONE_SAML_IDP_ORGANIZATION_DISPLAY_NAME =
            worked(
                    "KEYSTONE_SAML_IDP_ORGANIZATION_DISPLAY_NAME",
                    ValueType.TEXT,
                    "The organization's name for people; the name itself if not given.");
    static final Variable<String> KEYSTONE_SAML_IDP_ORGANIZATION_URL =
            worked(
                    "KEYSTONE_SAML_IDP_ORGANIZATION_URL",
                    ValueType.TEXT,
                    "The organization's address in the web.");
    static final Variable<String> KEYSTONE_SAML_IDP_CONTACT_COMPANY =
            worked(
                    "KEYSTONE_SAML_IDP_CONTACT_COMPANY",
                    ValueType.TEXT,
                    "Company of whom to ask, in the SAML metadata.");
    static final Variable<String> KEYSTONE_SAML_IDP_CONTACT_NAME =
            worked(
                    "KEYSTONE_SAML_IDP_CONTACT_NAME",
                    ValueType.TEXT,
                    "First name of whom to ask, in the SAML metadata.");
    static final Variable<String> KEYSTONE_SAML_IDP_CONTACT_SURNAME =
            worked(
                    "KEYSTONE_SAML_IDP_CONTACT_SURNAME",
                    ValueType.TEXT,
                    "Surname of whom to ask, in the SAML metadata.");
    static final Variable<String> KEYSTONE_SAML_IDP_CONTACT_EMAIL =
            worked(
                    "KEYSTONE_SAML_IDP_CONTACT_EMAIL",
                    ValueType.TEXT,
                    "Address of whom to ask, in the SAML metadata.");
    static final Variable<String> KEYSTONE_SAML_IDP_CONTACT_TELEPHONE =
            worked(
                    "KEYSTONE_SAML_IDP_CONTACT_TELEPHONE",
                    ValueType.TEXT,
                    "Telephone number of whom to ask, in the SAML metadata.");
    static final Variable<String> KEYSTONE_SAML_IDP_CONTACT_TYPE =
            effective(
                    "KEYSTONE_SAML_IDP_CONTACT_TYPE",
                    ValueType.choice("technical", "support", "administrative", "billing", "other"),
                    "other",
                    "What to ask that contact about.");
    static final Variable<String> KEYSTONE_SAML_RELAY_STATE_PREFIX =
            effective(
                    "KEYSTONE_SAML_RELAY_STATE_PREFIX",
                    ValueType.TEXT,
                    "ss:mem:",
                    "The relay state's beginning of service providers that name none.");
    static final Variable<List<String>> KEYSTONE_SAML_SHA1_PROVIDERS =
            worked(
                    "KEYSTONE_SAML_SHA1_PROVIDERS",
                    ValueType.NAMES,
                    "The identity providers, by their ids, whose assertions may be signed with SHA-1,"
                            + " as Keystone's are; none if not given.");

    static final Variable<List<String>> KEYSTONE_OAUTH2_AUTHN_METHODS =
            effective(
                    "KEYSTONE_OAUTH2_AUTHN_METHODS",
                    ValueType.choices("tls_client_auth", "client_secret_basic"),
                    "tls_client_auth,client_secret_basic",
                    "How clients of OAuth 2.0 may prove who they are: by a certificate, by an"
                            + " application credential.");
    static final Variable<String> KEYSTONE_OAUTH2_CERT_DN_MAPPING_ID =
            effective(
                    "KEYSTONE_OAUTH2_CERT_DN_MAPPING_ID",
                    ValueType.WORD,
                    "oauth2_mapping",
                    "The mapping that holds a client's certificate against its user.");
    static final Variable<String> KEYSTONE_OAUTH2_CERTIFICATE_HEADER =
            worked(
                    "KEYSTONE_OAUTH2_CERTIFICATE_HEADER",
                    ValueType.WORD,
                    "The header in which the proxy that ends TLS passes the client's certificate on;"
                            + " none is believed if not given. Needs the next one, too.");
    static final Variable<List<AddressRange>> KEYSTONE_OAUTH2_CERTIFICATE_PROXIES =
            worked(
                    "KEYSTONE_OAUTH2_CERTIFICATE_PROXIES",
                    ValueType.ADDRESSES,
                    "From where alone that header is believed.");

    private IdentityVariables() {}

    private static <T> Variable<T> effective(
            String name, ValueType<T> type, String standard, String meaning) {
        return add(Variable.effective(name, type, standard, meaning));
    }

    private static <T> Variable<T> worked(String name, ValueType<T> type, String meaning) {
        return add(Variable.worked(name, type, meaning));
    }

    private static <T> Variable<T> add(Variable<T> variable) {
        ALL.add(variable);
        return variable;
    }
}
