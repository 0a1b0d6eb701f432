package org.monostack.identity.saml;

import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.monostack.identity.SamlConfig;

/** What others must know of this cloud, as documents (saml-metadata). Stateless. */
public final class OwnMetadata {

    private static final String BINDINGS = "urn:oasis:names:tc:SAML:2.0:bindings:";

    private OwnMetadata() {}

    /**
     * This cloud as one that takes users.
     *
     * @param post where browsers bring assertions
     * @param paos where programs do
     */
    public static byte[] serviceProvider(
            String entityId, List<String> post, List<String> paos, SamlKey key) {
        StringBuilder role =
                new StringBuilder("<md:SPSSODescriptor AuthnRequestsSigned=\"false\"")
                        .append(" WantAssertionsSigned=\"true\" protocolSupportEnumeration=\"")
                        .append(Xml.PROTOCOL)
                        .append("\">")
                        .append(keyDescriptor("signing", key, List.of()));
        if (Decryption.isPossible(key)) {
            role.append(keyDescriptor("encryption", key, Decryption.METHODS));
        }
        int index = 0;
        for (String location : post) {
            role.append(consumer("HTTP-POST", location, index++));
        }
        for (String location : paos) {
            role.append(consumer("PAOS", location, index++));
        }
        return entity(entityId, role.append("</md:SPSSODescriptor>").toString());
    }

    private static String consumer(String binding, String location, int index) {
        return "<md:AssertionConsumerService Binding=\""
                + BINDINGS
                + binding
                + "\" Location=\""
                + Xml.escaped(location)
                + "\" index=\""
                + index
                + (index == 0 ? "\" isDefault=\"true" : "")
                + "\"/>";
    }

    /** This cloud as one that vouches for its users. */
    public static byte[] identityProvider(
            String entityId, String singleSignOn, SamlConfig config, SamlKey key) {
        return entity(
                entityId,
                "<md:IDPSSODescriptor protocolSupportEnumeration=\""
                        + Xml.PROTOCOL
                        + "\">"
                        + keyDescriptor("signing", key, List.of())
                        + config.organization()
                                .map(it -> organization(it, config.language()))
                                .orElse("")
                        + config.contact().map(OwnMetadata::contact).orElse("")
                        + "<md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
                        + "</md:NameIDFormat><md:SingleSignOnService Binding=\""
                        + BINDINGS
                        + "URI\" Location=\""
                        + Xml.escaped(singleSignOn)
                        + "\"/></md:IDPSSODescriptor>");
    }

    private static String organization(SamlConfig.Organization organization, String language) {
        String in = " xml:lang=\"" + Xml.escaped(language) + "\"";
        return "<md:Organization>"
                + element("OrganizationName" + in, organization.name())
                + element("OrganizationDisplayName" + in, organization.displayName())
                + element("OrganizationURL" + in, organization.url())
                + "</md:Organization>";
    }

    private static String contact(SamlConfig.Contact contact) {
        return "<md:ContactPerson contactType=\""
                + Xml.escaped(contact.type())
                + "\">"
                + element("Company", contact.company())
                + element("GivenName", contact.givenName())
                + element("SurName", contact.surname())
                + element("EmailAddress", contact.email())
                + element("TelephoneNumber", contact.telephone())
                + "</md:ContactPerson>";
    }

    private static String element(String name, Optional<String> text) {
        return text.map(it -> element(name, it)).orElse("");
    }

    private static String element(String start, String text) {
        int end = start.indexOf(' ');
        return "<md:"
                + start
                + ">"
                + Xml.escaped(text)
                + "</md:"
                + (end < 0 ? start : start.substring(0, end))
                + ">";
    }

    private static String keyDescriptor(String use, SamlKey key, List<String> methods) {
        try {
            return "<md:KeyDescriptor use=\""
                    + use
                    + "\"><ds:KeyInfo xmlns:ds=\""
                    + Xml.SIGNATURE
                    + "\"><ds:X509Data><ds:X509Certificate>"
                    + Base64.getEncoder().encodeToString(key.certificate().getEncoded())
                    + "</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
                    + methods.stream()
                            .map(it -> "<md:EncryptionMethod Algorithm=\"" + it + "\"/>")
                            .collect(Collectors.joining())
                    + "</md:KeyDescriptor>";
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("the SAML certificate cannot be written", e);
        }
    }

    private static byte[] entity(String entityId, String role) {
        return ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<md:EntityDescriptor xmlns:md=\""
                        + Xml.METADATA
                        + "\" entityID=\""
                        + Xml.escaped(entityId)
                        + "\">"
                        + role
                        + "</md:EntityDescriptor>\n")
                .getBytes(StandardCharsets.UTF_8);
    }
}
