package org.monostack.identity;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** Certificates with any names, signed by a key that nobody looks at: a proxy would have. */
final class TestCertificates {

    private static final KeyPair KEYS = keys();

    private TestCertificates() {}

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The certificate's bytes. */
    static byte[] bytes(String subject, String issuer) {
        try {
            AlgorithmIdentifier method =
                    new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
            Instant now = Instant.now();
            V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
            generator.setSerialNumber(new ASN1Integer(new BigInteger(64, new SecureRandom())));
            generator.setSignature(method);
            generator.setIssuer(new X500Name(issuer));
            generator.setSubject(new X500Name(subject));
            generator.setStartDate(new Time(Date.from(now.minus(Duration.ofDays(1)))));
            generator.setEndDate(new Time(Date.from(now.plus(Duration.ofDays(1)))));
            generator.setSubjectPublicKeyInfo(
                    SubjectPublicKeyInfo.getInstance(KEYS.getPublic().getEncoded()));
            TBSCertificate content = generator.generateTBSCertificate();
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(KEYS.getPrivate());
            signature.update(content.getEncoded(ASN1Encoding.DER));
            return new DERSequence(
                            new ASN1Encodable[] {
                                content, method, new DERBitString(signature.sign())
                            })
                    .getEncoded(ASN1Encoding.DER);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static String pem(byte[] certificate) {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate)
                + "\n-----END CERTIFICATE-----\n";
    }
}
