package org.monostack.identity.saml;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/**
 * What this cloud signs SAML with and decrypts what was encrypted for it, and the certificate by
 * which others know the key. Immutable.
 */
public record SamlKey(PrivateKey signing, X509Certificate certificate) {

    @Override
    public String toString() {
        return "SamlKey[" + certificate.getSubjectX500Principal() + "]";
    }
}
