package org.monostack.identity;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.monostack.platform.http.AddressRange;

/**
 * How clients of OAuth 2.0 prove who they are: Keystone's options of the section {@code oauth2},
 * and whose word on a client's certificate is taken. Immutable.
 *
 * @param methods by which a client may get a token
 * @param mappingId the mapping that holds a certificate's names against the user it is shown for
 * @param certificates where the certificates of clients come from; empty if nobody is believed
 */
public record OAuth2Config(
        Set<Method> methods, String mappingId, Optional<CertificateSource> certificates) {

    public OAuth2Config {
        methods = Set.copyOf(methods);
    }

    /** A way to get a token. */
    public enum Method {
        /** A certificate, shown to the proxy that ends TLS. */
        TLS_CLIENT_AUTH,
        /** The id and the secret of an application credential. */
        CLIENT_SECRET_BASIC;

        /** As OAuth 2.0 and Keystone call it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A proxy that ends TLS, and has verified the certificate that it passes on.
     *
     * @param header where it puts the certificate
     * @param proxies from where alone the header is believed
     */
    public record CertificateSource(String header, List<AddressRange> proxies) {

        public CertificateSource {
            proxies = List.copyOf(proxies);
        }

        /** Whether what comes from an address comes from the proxy. */
        public boolean trusts(String address) {
            return proxies.stream().anyMatch(it -> it.contains(address));
        }
    }

    public static OAuth2Config defaults() {
        return new OAuth2Config(Set.of(Method.values()), "oauth2_mapping", Optional.empty());
    }
}
