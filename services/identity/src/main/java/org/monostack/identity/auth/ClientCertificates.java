package org.monostack.identity.auth;

import java.util.List;
import java.util.Optional;
import org.monostack.identity.OAuth2Config.CertificateSource;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Response;

/**
 * The certificates of clients, as the proxy tells of them that ends TLS. Anybody can send a header,
 * so it is believed only if the operator named it, and it comes from where the operator says that
 * the proxy is. Immutable.
 */
public final class ClientCertificates {

    private final Optional<CertificateSource> source;

    /**
     * @param source empty if nobody is believed
     */
    public ClientCertificates(Optional<CertificateSource> source) {
        this.source = source;
    }

    /**
     * The certificate that came with a request; empty if the proxy saw none. 400 if there are
     * several, of which only one can be the proxy's; 401 if it cannot be read.
     *
     * @param address where the connection comes from
     */
    public Optional<ClientCertificate> shown(String address, List<Response.Header> headers) {
        if (source.isEmpty() || !source.get().trusts(address)) {
            return Optional.empty();
        }
        String header = source.get().header();
        List<String> values =
                headers.stream()
                        .filter(it -> it.name().equalsIgnoreCase(header))
                        .map(Response.Header::value)
                        .toList();
        if (values.size() > 1) {
            throw ApiException.badRequest("The header " + header + " is there more than once.");
        }
        // A proxy sets an empty one where the client showed none.
        return values.stream()
                .filter(it -> !it.isBlank())
                .findFirst()
                .map(it ->
                        ClientCertificate.read(it)
                                .orElseThrow(() ->
                                        ApiException.unauthorized(
                                                "Client authentication failed.")));
    }
}
