package io.parktls.bench.cli;

import io.parktls.TlsSession;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Describes a session for people, one fact per line. Control characters in strings from the peer are replaced. */
final class SessionReport {
    private static final String NONE = "none";
    private static final String NOT_TOLD = "not told by this engine";

    private final StringBuilder text = new StringBuilder();

    private SessionReport() {}

    /** The certificate's SHA-256 fingerprint, as {@code openssl x509 -fingerprint} prints it. */
    static String fingerprint(X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot compute the fingerprint", e);
        }
    }

    /**
     * Describes a session.
     *
     * @param verification which checks of the peer were done
     */
    static String of(TlsSession session, String verification) {
        SessionReport report = new SessionReport();
        report.line("protocol", session.protocol());
        report.line("cipher suite", session.cipherSuite());
        report.line("group", Objects.requireNonNullElse(session.group(), NOT_TOLD));
        report.line("signature", Objects.requireNonNullElse(session.signatureScheme(), NOT_TOLD));
        report.line("ALPN", session.applicationProtocol());
        report.line("SNI", session.serverName());
        report.line("session", session.resumed() ? "resumed" : "new");
        report.line("engine", session.engine());
        if (session.pskIdentity() == null) {
            report.certificates(session.peerCertificates());
        } else {
            report.line("PSK identity", session.pskIdentity());
        }
        report.line("verification", verification);
        return report.text.toString();
    }

    private void certificates(List<X509Certificate> chain) {
        if (chain.isEmpty()) {
            line("peer", "no certificate");
        }
        for (int i = 0; i < chain.size(); i++) {
            X509Certificate certificate = chain.get(i);
            line("peer " + i, certificate.getSubjectX500Principal().getName());
            line("  issuer", certificate.getIssuerX500Principal().getName());
            line(
                    "  valid",
                    certificate.getNotBefore().toInstant() + " to "
                            + certificate.getNotAfter().toInstant());
            line("  names", names(certificate));
            line("  key", key(certificate.getPublicKey()) + ", signed with " + certificate.getSigAlgName());
            line("  SHA-256", fingerprint(certificate));
        }
    }

    private void line(String label, @Nullable Object value) {
        String shown = value == null ? NONE : printable(value.toString());
        text.append(String.format("  %-14s%s%n", label, shown));
    }

    private static String names(X509Certificate certificate) {
        Collection<List<?>> names;
        try {
            names = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            return "not readable: " + e.getMessage();
        }
        return names == null
                ? NONE
                : names.stream()
                        .map(name -> name.get(1) instanceof String value ? value : "of type " + name.getFirst())
                        .collect(Collectors.joining(", "));
    }

    private static String key(PublicKey key) {
        return switch (key) {
            case RSAKey rsa -> key.getAlgorithm() + " " + rsa.getModulus().bitLength() + " bits";
            case ECKey ec ->
                key.getAlgorithm() + " " + ec.getParams().getOrder().bitLength() + " bits";
            default -> key.getAlgorithm();
        };
    }

    /** Replaces characters that could move the cursor of a terminal. */
    private static String printable(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
