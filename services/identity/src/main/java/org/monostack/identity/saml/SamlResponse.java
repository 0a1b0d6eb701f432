package org.monostack.identity.saml;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.monostack.platform.http.ApiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.w3c.dom.Element;

/**
 * A Response that somebody brought from an identity provider (saml-core, section 3.3.3;
 * saml-profiles, section 4.1.4). Until {@link #verified} nothing in it is anybody's word. Not
 * thread-safe.
 */
public final class SamlResponse {

    private static final Logger LOG = LoggerFactory.getLogger(SamlResponse.class);

    private static final Duration SKEW = Duration.ofSeconds(60);

    /** It is remembered as long as it is good that an assertion was taken. */
    private static final Duration LONGEST = Duration.ofDays(31);

    private static final String SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success";
    private static final String BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
    private static final Set<String> HARMLESS_CONDITIONS =
            Set.of("AudienceRestriction", "OneTimeUse", "ProxyRestriction");

    private final Element response;

    /**
     * What an assertion must be like to count here.
     *
     * @param audience our entity ID
     * @param recipients the addresses at which we take assertions in this way
     * @param unasked whether it may answer no request and name no audience, as Keystone's do
     * @param sha1 whether it may be signed with SHA-1, as Keystone's are
     */
    public record Rules(
            String audience, Set<String> recipients, boolean unasked, boolean sha1, Instant now) {
        public Rules {
            recipients = Set.copyOf(recipients);
        }
    }

    private SamlResponse(Element response) {
        this.response = response;
    }

    /**
     * A Response alone, as browsers bring it.
     *
     * @throws ApiException 400 if it is none
     */
    public static SamlResponse read(byte[] document) {
        return of(parsed(document));
    }

    /**
     * A Response in a SOAP envelope, as programs bring it; the envelope's header is not looked at.
     *
     * @throws ApiException 400 if it is none, 401 if it says that the provider failed
     */
    public static SamlResponse readEnvelope(byte[] document) {
        Element envelope = parsed(document);
        if (!Xml.is(envelope, Xml.SOAP, "Envelope")) {
            throw malformed("it is not a SOAP envelope");
        }
        List<Element> bodies = Xml.children(envelope, Xml.SOAP, "Body");
        if (bodies.size() != 1 || Xml.children(bodies.getFirst()).size() != 1) {
            throw malformed("its SOAP envelope does not hold one thing");
        }
        Element content = Xml.children(bodies.getFirst()).getFirst();
        if (Xml.is(content, Xml.SOAP, "Fault")) {
            throw ApiException.unauthorized("The client reports that the log-in failed.");
        }
        return of(content);
    }

    private static Element parsed(byte[] document) {
        try {
            return Xml.parse(document).getDocumentElement();
        } catch (Xml.Malformed e) {
            throw malformed("it is not XML as it is read here");
        }
    }

    private static SamlResponse of(Element element) {
        if (!Xml.is(element, Xml.PROTOCOL, "Response")) {
            throw malformed("there is no Response of SAML 2.0 in it");
        }
        return new SamlResponse(element);
    }

    private static ApiException malformed(String why) {
        return ApiException.badRequest("The SAML response cannot be read: " + why + ".");
    }

    private static ApiException refused(String why) {
        return ApiException.unauthorized(
                "What the identity provider said is not good: " + why + ".");
    }

    /** Who says to have made it. Only good for finding out whose keys to verify it with. */
    public String claimedIssuer() {
        return Xml.child(response, Xml.ASSERTION, "Assertion")
                .flatMap(it -> Xml.child(it, Xml.ASSERTION, "Issuer"))
                .or(() -> Xml.child(response, Xml.ASSERTION, "Issuer"))
                .map(Xml::text)
                .orElse("");
    }

    /** Which request it says to answer. Only good for finding out which provider was asked. */
    public Optional<String> claimedAnswer() {
        return Xml.attribute(response, "InResponseTo")
                .or(() ->
                        Xml.child(response, Xml.ASSERTION, "Assertion")
                                .flatMap(it -> Xml.child(it, Xml.ASSERTION, "Subject"))
                                .flatMap(it -> Xml.child(it, Xml.ASSERTION, "SubjectConfirmation"))
                                .flatMap(it ->
                                        Xml.child(it, Xml.ASSERTION, "SubjectConfirmationData"))
                                .flatMap(it -> Xml.attribute(it, "InResponseTo")));
    }

    /**
     * The assertion in it.
     *
     * @param ours the key for which an assertion may be encrypted
     * @throws ApiException 401 with the reason unless this provider made it, for us, now
     */
    public SamlAssertion verified(PeerMetadata provider, Rules rules, Supplier<SamlKey> ours) {
        requireSuccess();
        String destination = response.getAttribute("Destination");
        if (!destination.isEmpty() && !rules.recipients().contains(destination)) {
            throw refused("it was sent to another place");
        }
        Element assertion = signedAssertion(new Signatures(provider.keys(), rules.sha1()), ours);
        requireIssuer(assertion, provider, true);
        requireIssuer(response, provider, false);
        try {
            return checked(assertion, provider, rules);
        } catch (DateTimeException e) {
            throw refused("a time in it cannot be read");
        }
    }

    private void requireSuccess() {
        if (!response.getAttribute("Version").equals("2.0")) {
            throw refused("it is not of SAML 2.0");
        }
        String code =
                Xml.child(response, Xml.PROTOCOL, "Status")
                        .flatMap(it -> Xml.child(it, Xml.PROTOCOL, "StatusCode"))
                        .map(it -> it.getAttribute("Value"))
                        .orElse("");
        if (!code.equals(SUCCESS)) {
            throw ApiException.unauthorized("The identity provider refused the log-in.");
        }
    }

    /** Every signature that is there must be good, and one must be there. */
    private Element signedAssertion(Signatures theirs, Supplier<SamlKey> ours) {
        boolean vouched = Signatures.isSigned(response);
        Element whole = vouched ? theirs.verified(response) : response;
        List<Element> plain = Xml.children(whole, Xml.ASSERTION, "Assertion");
        List<Element> encrypted = Xml.children(whole, Xml.ASSERTION, "EncryptedAssertion");
        if (plain.size() + encrypted.size() != 1) {
            throw refused("it holds " + (plain.size() + encrypted.size()) + " assertions");
        }
        return plain.isEmpty()
                ? decrypted(encrypted.getFirst(), theirs, vouched, ours.get())
                : signed(plain.getFirst(), theirs, vouched);
    }

    private static Element signed(Element assertion, Signatures theirs, boolean vouched) {
        if (Signatures.isSigned(assertion)) {
            return theirs.verified(assertion);
        }
        if (!vouched) {
            throw refused("it is not signed");
        }
        return assertion;
    }

    /**
     * Whether it is the decryption that fails, what is read of it, or a signature inside, is for
     * the log alone: whoever could tell these apart would learn from us what others encrypted.
     */
    private static Element decrypted(
            Element assertion, Signatures theirs, boolean vouched, SamlKey ours) {
        try {
            return signed(Decryption.decrypted(assertion, ours), theirs, vouched);
        } catch (Decryption.Undecipherable | ApiException e) {
            LOG.info("an encrypted assertion is refused: {}", e.getMessage());
            throw refused("its assertion cannot be decrypted, or is not signed by it");
        }
    }

    private static void requireIssuer(Element of, PeerMetadata provider, boolean needed) {
        List<Element> issuers = Xml.children(of, Xml.ASSERTION, "Issuer");
        if (issuers.isEmpty() && !needed) {
            return;
        }
        if (issuers.size() != 1 || !Xml.text(issuers.getFirst()).equals(provider.entityId())) {
            throw refused("another provider made it");
        }
    }

    private SamlAssertion checked(Element assertion, PeerMetadata provider, Rules rules) {
        if (!assertion.getAttribute("Version").equals("2.0")) {
            throw refused("it is not of SAML 2.0");
        }
        if (assertion.getAttribute("ID").isEmpty()) {
            throw refused("it has no ID");
        }
        Optional<Instant> issued = time(assertion, "IssueInstant");
        if (issued.isEmpty() || issued.get().isAfter(rules.now().plus(SKEW))) {
            throw refused("it was not made yet");
        }
        Element subject =
                Xml.child(assertion, Xml.ASSERTION, "Subject")
                        .orElseThrow(() -> refused("it is of nobody"));
        Element confirmed = confirmation(subject, rules);
        requireConditions(assertion, rules);
        requireLogin(assertion, rules);
        Optional<String> answers = Xml.attribute(confirmed, "InResponseTo");
        Optional<String> responseAnswers = Xml.attribute(response, "InResponseTo");
        if (responseAnswers.isPresent() && !responseAnswers.equals(answers)) {
            throw refused("it answers several requests");
        }
        if (answers.isEmpty() && !rules.unasked()) {
            throw refused("it answers no request");
        }
        return new SamlAssertion(
                provider.entityId(),
                assertion.getAttribute("ID"),
                time(confirmed, "NotOnOrAfter").orElseThrow().plus(SKEW),
                answers,
                Xml.child(subject, Xml.ASSERTION, "NameID")
                        .map(Xml::text)
                        .filter(it -> !it.isEmpty()),
                attributes(assertion));
    }

    /** The data of the confirmation that whoever brings the assertion, to us and now, is meant. */
    private static Element confirmation(Element subject, Rules rules) {
        String why = "nobody may bring it";
        for (Element each : Xml.children(subject, Xml.ASSERTION, "SubjectConfirmation")) {
            Optional<Element> data = Xml.child(each, Xml.ASSERTION, "SubjectConfirmationData");
            if (!each.getAttribute("Method").equals(BEARER) || data.isEmpty()) {
                continue;
            }
            Optional<Instant> until = time(data.get(), "NotOnOrAfter");
            if (!rules.recipients().contains(data.get().getAttribute("Recipient"))) {
                why = "it is for another recipient";
            } else if (until.isEmpty() || isOver(until.get(), rules)) {
                why = "it has expired";
            } else if (until.get().isAfter(rules.now().plus(LONGEST))) {
                why = "it is good for too long";
            } else if (isEarly(time(data.get(), "NotBefore"), rules)) {
                why = "it is not good yet";
            } else {
                return data.get();
            }
        }
        throw refused(why);
    }

    private static boolean isOver(Instant end, Rules rules) {
        return !rules.now().isBefore(end.plus(SKEW));
    }

    private static boolean isEarly(Optional<Instant> begin, Rules rules) {
        return begin.isPresent() && begin.get().isAfter(rules.now().plus(SKEW));
    }

    private static void requireConditions(Element assertion, Rules rules) {
        List<Element> all = Xml.children(assertion, Xml.ASSERTION, "Conditions");
        boolean addressed = false;
        for (Element conditions : all) {
            if (time(conditions, "NotOnOrAfter").filter(it -> isOver(it, rules)).isPresent()) {
                throw refused("it has expired");
            }
            if (isEarly(time(conditions, "NotBefore"), rules)) {
                throw refused("it is not good yet");
            }
            for (Element condition : Xml.children(conditions)) {
                if (!Xml.ASSERTION.equals(condition.getNamespaceURI())
                        || !HARMLESS_CONDITIONS.contains(condition.getLocalName())) {
                    throw refused("it has a condition that is not known here");
                }
            }
            for (Element restriction :
                    Xml.children(conditions, Xml.ASSERTION, "AudienceRestriction")) {
                addressed = true;
                if (Xml.children(restriction, Xml.ASSERTION, "Audience").stream()
                        .map(Xml::text)
                        .noneMatch(rules.audience()::equals)) {
                    throw refused("it is for another audience");
                }
            }
        }
        if (!addressed && !rules.unasked()) {
            throw refused("it names no audience");
        }
    }

    private static void requireLogin(Element assertion, Rules rules) {
        List<Element> logins = Xml.children(assertion, Xml.ASSERTION, "AuthnStatement");
        if (logins.isEmpty()) {
            throw refused("it tells of no log-in");
        }
        for (Element login : logins) {
            if (time(login, "SessionNotOnOrAfter").filter(it -> isOver(it, rules)).isPresent()) {
                throw refused("the log-in is over");
            }
        }
    }

    private static Optional<Instant> time(Element element, String attribute) {
        return Xml.attribute(element, attribute)
                .map(it -> OffsetDateTime.parse(it.strip()).toInstant());
    }

    /** Under an attribute's name and, where that differs, the name that people read. */
    private static Map<String, List<String>> attributes(Element assertion) {
        Map<String, List<String>> attributes = new LinkedHashMap<>();
        for (Element statement : Xml.children(assertion, Xml.ASSERTION, "AttributeStatement")) {
            for (Element attribute : Xml.children(statement, Xml.ASSERTION, "Attribute")) {
                List<String> values =
                        Xml.children(attribute, Xml.ASSERTION, "AttributeValue").stream()
                                .map(Xml::text)
                                .filter(it -> !it.isEmpty())
                                .toList();
                Set<String> names =
                        new LinkedHashSet<>(
                                List.of(
                                        attribute.getAttribute("Name"),
                                        attribute.getAttribute("FriendlyName")));
                names.remove("");
                for (String name : names) {
                    attributes.computeIfAbsent(name, key -> new ArrayList<>()).addAll(values);
                }
            }
        }
        return attributes;
    }
}
