package org.monostack.identity.saml;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.monostack.platform.crypto.PrivateFiles;
import org.monostack.platform.crypto.RandomIds;

/**
 * The file with the cloud's SAML key: a private key (PKCS#8) and a certificate, both in PEM. Made
 * when it is first needed, by whichever process is first; an operator may put another in its place,
 * which is then used at once. Thread-safe.
 */
public final class SamlKeyFile implements Supplier<SamlKey> {

    private static final int BITS = 3072;
    private static final Duration LIFE = Duration.ofDays(3650);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path file;

    public SamlKeyFile(Path file) {
        this.file = file;
    }

    /**
     * @throws UncheckedIOException if it can neither be read nor made
     */
    @Override
    public SamlKey get() {
        try {
            if (!Files.exists(file)) {
                make();
            }
            return read(Files.readString(file, StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException("the SAML key " + file, e);
        }
    }

    private static SamlKey read(String text) throws IOException {
        try {
            X509Certificate certificate =
                    (X509Certificate)
                            CertificateFactory.getInstance("X.509")
                                    .generateCertificate(
                                            new ByteArrayInputStream(part(text, "CERTIFICATE")));
            PublicKey known = certificate.getPublicKey();
            return new SamlKey(
                    KeyFactory.getInstance(known.getAlgorithm())
                            .generatePrivate(new PKCS8EncodedKeySpec(part(text, "PRIVATE KEY"))),
                    certificate);
        } catch (GeneralSecurityException e) {
            throw new IOException("is not a key with its certificate", e);
        }
    }

    private static byte[] part(String text, String kind) throws IOException {
        Matcher found =
                Pattern.compile("-----BEGIN " + kind + "-----([^-]+)-----END " + kind + "-----")
                        .matcher(text);
        if (!found.find()) {
            throw new IOException("holds no " + kind);
        }
        return Base64.getMimeDecoder().decode(found.group(1));
    }

    private void make() throws IOException {
        byte[] key;
        byte[] certificate;
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(BITS);
            KeyPair pair = generator.generateKeyPair();
            key = pair.getPrivate().getEncoded();
            certificate = certificate(pair);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks RSA", e);
        }
        // Where two are first, the one that takes the name wins, and both read that one's.
        Path fresh = file.resolveSibling("." + file.getFileName() + "." + RandomIds.hex());
        try {
            PrivateFiles.write(fresh, pem("PRIVATE KEY", key) + pem("CERTIFICATE", certificate));
            Files.createLink(file, fresh);
        } catch (FileAlreadyExistsException e) {
            return;
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static String pem(String kind, byte[] content) {
        return "-----BEGIN "
                + kind
                + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
                + "\n-----END "
                + kind
                + "-----\n";
    }

    private static byte[] certificate(KeyPair pair) throws GeneralSecurityException, IOException {
        X500Name name = new X500Name("CN=Monostack SAML");
        AlgorithmIdentifier method =
                new AlgorithmIdentifier(
                        PKCSObjectIdentifiers.sha256WithRSAEncryption, DERNull.INSTANCE);
        Instant now = Instant.now();
        V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
        generator.setSerialNumber(new ASN1Integer(new BigInteger(127, RANDOM)));
        generator.setSignature(method);
        generator.setIssuer(name);
        generator.setSubject(name);
        generator.setStartDate(new Time(Date.from(now.minus(Duration.ofDays(1)))));
        generator.setEndDate(new Time(Date.from(now.plus(LIFE))));
        generator.setSubjectPublicKeyInfo(
                SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
        TBSCertificate content = generator.generateTBSCertificate();
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(pair.getPrivate());
        signature.update(content.getEncoded(ASN1Encoding.DER));
        return new DERSequence(
                        new ASN1Encodable[] {content, method, new DERBitString(signature.sign())})
                .getEncoded(ASN1Encoding.DER);
    }
}
