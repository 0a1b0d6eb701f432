package org.monostack.identity.auth;

import java.io.ByteArrayInputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.ASN1UniversalString;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.monostack.platform.crypto.Digests;

/**
 * The certificate by which a client proved to a proxy who it is. That it is good is the proxy's
 * word: nothing of that is looked at here. Immutable.
 */
public final class ClientCertificate {

    private static final Pattern PEM =
            Pattern.compile("-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----");

    /** As HTTP writes bytes in a header (RFC 9440). */
    private static final Pattern BYTES = Pattern.compile(":([^:]+):");

    /** What RFC 4514 calls the parts of a name; Keystone adds the last. Others go by number. */
    private static final Map<String, String> NAMES =
            Map.of(
                    "2.5.4.3", "CN",
                    "2.5.4.7", "L",
                    "2.5.4.8", "ST",
                    "2.5.4.10", "O",
                    "2.5.4.11", "OU",
                    "2.5.4.6", "C",
                    "2.5.4.9", "STREET",
                    "0.9.2342.19200300.100.1.25", "DC",
                    "0.9.2342.19200300.100.1.1", "UID",
                    "1.2.840.113549.1.9.1", "emailAddress");

    private final X509Certificate certificate;

    private ClientCertificate(X509Certificate certificate) {
        this.certificate = certificate;
    }

    /**
     * Reads what a proxy wrote: PEM, with blanks for its line ends; the same percent-encoded; or
     * the certificate's bytes in Base64, between colons or not. Empty if it is none of these.
     */
    static Optional<ClientCertificate> read(String text) {
        try {
            // A plus sign is one of Base64's, and no blank.
            String plain =
                    text.contains("%")
                            ? URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8)
                            : text;
            byte[] bytes =
                    Base64.getDecoder().decode(content(plain.strip()).replaceAll("\\s+", ""));
            return Optional.of(
                    new ClientCertificate(
                            (X509Certificate)
                                    CertificateFactory.getInstance("X.509")
                                            .generateCertificate(new ByteArrayInputStream(bytes))));
        } catch (IllegalArgumentException | CertificateException e) {
            return Optional.empty();
        }
    }

    private static String content(String text) {
        Matcher pem = PEM.matcher(text);
        if (pem.find()) {
            return pem.group(1);
        }
        Matcher bytes = BYTES.matcher(text);
        return bytes.matches() ? bytes.group(1) : text;
    }

    /**
     * What a token says that is bound to the certificate. RFC 8705 takes the digest of the
     * certificate's bytes; Keystone and the services' filters that it is compared in take that of
     * the text in PEM, and keep the padding.
     */
    public String thumbprint() {
        try {
            String pem =
                    "-----BEGIN CERTIFICATE-----\n"
                            + Base64.getMimeEncoder(64, new byte[] {'\n'})
                                    .encodeToString(certificate.getEncoded())
                            + "\n-----END CERTIFICATE-----\n";
            return Base64.getUrlEncoder()
                    .encodeToString(Digests.sha256(pem.getBytes(StandardCharsets.US_ASCII)));
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read has no bytes", e);
        }
    }

    /**
     * The parts of the subject's and the issuer's names, as Keystone's mappings know them: {@code
     * SSL_CLIENT_SUBJECT_DN_CN}, {@code SSL_CLIENT_ISSUER_DN_O}. Of several parts of one kind the
     * last counts. Empty if a part cannot be told.
     */
    public Optional<Map<String, String>> attributes() {
        Map<String, String> attributes = new LinkedHashMap<>();
        boolean told =
                put(attributes, "SSL_CLIENT_SUBJECT_DN_", certificate.getSubjectX500Principal())
                        && put(
                                attributes,
                                "SSL_CLIENT_ISSUER_DN_",
                                certificate.getIssuerX500Principal());
        return told ? Optional.of(attributes) : Optional.empty();
    }

    private static boolean put(
            Map<String, String> attributes, String prefix, X500Principal principal) {
        for (RDN part : X500Name.getInstance(principal.getEncoded()).getRDNs()) {
            for (AttributeTypeAndValue one : part.getTypesAndValues()) {
                Optional<String> value = text(one.getValue());
                // Keystone refuses a value with an equals sign: it takes the name apart there.
                if (value.isEmpty() || value.get().contains("=")) {
                    return false;
                }
                String type = one.getType().getId();
                String key = prefix + NAMES.getOrDefault(type, type).toUpperCase(Locale.ROOT);
                // A part that says nothing must not pass for one that agrees with everybody.
                if (value.get().isEmpty()) {
                    attributes.remove(key);
                } else {
                    attributes.put(key, escaped(value.get()));
                }
            }
        }
        return true;
    }

    private static Optional<String> text(ASN1Encodable value) {
        return value instanceof ASN1String string
                        && !(value instanceof ASN1BitString)
                        && !(value instanceof ASN1UniversalString)
                ? Optional.of(string.getString())
                : Optional.empty();
    }

    /** As RFC 4514 writes it, for so it is what Keystone's mappings get. */
    private static String escaped(String value) {
        String text = value.replaceAll("([\\\\\"+,;<>])", "\\\\$1").replace("\0", "\\00");
        if (text.startsWith("#") || text.startsWith(" ")) {
            text = "\\" + text;
        }
        return text.endsWith(" ") ? text.substring(0, text.length() - 1) + "\\ " : text;
    }
}
