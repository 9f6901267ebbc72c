package io.parktls.engine.jsse;

import io.parktls.TlsAlert;
import io.parktls.TlsFailure;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsProtocolException;
import io.parktls.pki.Printable;
import java.security.cert.CertificateException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * Converts the exceptions of an {@code SSLEngine} into those of ParkTLS.
 *
 * <p>JSSE has no method that returns the alert. SunJSSE names it at the start of its messages, as in
 * {@code (handshake_failure) no cipher suites in common}, or in the form
 * {@code Received fatal alert: handshake_failure}. If its exception does not contain an alert, the type determines it:
 * unexpected_message for an {@link SSLProtocolException}, internal_error for any other. Bouncy Castle's provider writes
 * {@code handshake_failure(40)}.
 */
final class JsseFailures {
    private static final Pattern SENT = Pattern.compile("^\\(([a-z_]+)\\) ");
    private static final Pattern RECEIVED = Pattern.compile("Received fatal alert: ([a-z_]+)");
    private static final Pattern RECEIVED_UNKNOWN = Pattern.compile("Unknown alert description \\((-?\\d+)\\)");
    private static final Pattern RECEIVED_CLOSE = Pattern.compile("Received close_notify during handshake");
    private static final Pattern NUMBERED = Pattern.compile("\\b[a-z_]+\\((\\d{1,3})\\)");
    private static final Pattern NO_CERTIFICATE = Pattern.compile("Empty (client|server) certificate chain");

    private static final Set<TlsAlert> ABOUT_CERTIFICATES = EnumSet.of(
            TlsAlert.BAD_CERTIFICATE,
            TlsAlert.UNSUPPORTED_CERTIFICATE,
            TlsAlert.CERTIFICATE_REVOKED,
            TlsAlert.CERTIFICATE_EXPIRED,
            TlsAlert.CERTIFICATE_UNKNOWN,
            TlsAlert.UNKNOWN_CA,
            TlsAlert.CERTIFICATE_REQUIRED,
            TlsAlert.BAD_CERTIFICATE_STATUS_RESPONSE);

    private JsseFailures() {}

    /**
     * Returns the failure to report.
     *
     * @param e the exception of the SSLEngine; an exception of ParkTLS is returned unchanged
     * @param established whether the handshake is done
     * @param sent the alert that was sent unencrypted, if one was
     * @param sends whether an alert is sent at all
     */
    static SSLException of(Exception e, boolean established, @Nullable TlsAlert sent, boolean sends) {
        if (e instanceof TlsFailure && e instanceof SSLException ours) {
            return ours;
        }
        SSLException received = received(e, established);
        if (received != null) {
            return received;
        }
        TlsAlert alert = null;
        if (sends) {
            alert = sent != null ? sent : alertSentFor(e);
        }
        // Providers add the reason in further lines of the message, or in the message of a cause.
        String message = Printable.reasons(e);
        TlsPeerUnverifiedException unverified = cause(e, TlsPeerUnverifiedException.class);
        if (unverified != null) {
            return new TlsPeerUnverifiedException(message(unverified), alert, unverified);
        }
        if (isAboutCertificates(e, alert)) {
            return new TlsPeerUnverifiedException(message, alert, e);
        }
        return established ? new TlsProtocolException(message, alert, e) : new TlsHandshakeException(message, alert, e);
    }

    /** Returns whether the peer ended the handshake with close_notify, which SunJSSE treats as a failure. */
    static boolean isCloseNotify(Exception e) {
        return RECEIVED_CLOSE.matcher(message(e)).find();
    }

    /** Returns the alert that the SSLEngine sends for an exception that it throws. */
    static TlsAlert alertSentFor(Exception e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            Matcher sent = SENT.matcher(String.valueOf(t.getMessage()));
            if (sent.find()) {
                Optional<TlsAlert> alert = named(sent.group(1));
                if (alert.isPresent()) {
                    return alert.get();
                }
            }
            Matcher numbered = NUMBERED.matcher(String.valueOf(t.getMessage()));
            if (numbered.find()) {
                Optional<TlsAlert> alert = TlsAlert.of(Integer.parseInt(numbered.group(1)));
                if (alert.isPresent()) {
                    return alert.get();
                }
            }
        }
        return e instanceof SSLProtocolException ? TlsAlert.UNEXPECTED_MESSAGE : TlsAlert.INTERNAL_ERROR;
    }

    private static @Nullable SSLException received(Exception e, boolean established) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            String message = String.valueOf(t.getMessage());
            Matcher unknown = RECEIVED_UNKNOWN.matcher(message);
            if (unknown.find()) {
                int code = Integer.parseInt(unknown.group(1)) & 0xFF;
                return established ? TlsProtocolException.received(code) : TlsHandshakeException.received(code);
            }
            Optional<TlsAlert> alert = receivedAlert(t, message);
            if (alert.isPresent()) {
                return established
                        ? TlsProtocolException.received(alert.get())
                        : TlsHandshakeException.received(alert.get());
            }
        }
        return null;
    }

    private static Optional<TlsAlert> receivedAlert(Throwable t, String message) {
        Matcher named = RECEIVED.matcher(message);
        if (named.find()) {
            return named(named.group(1));
        }
        Matcher numbered = NUMBERED.matcher(message);
        return t.getClass().getSimpleName().endsWith("AlertReceived") && numbered.find()
                ? TlsAlert.of(Integer.parseInt(numbered.group(1)))
                : Optional.empty();
    }

    private static boolean isAboutCertificates(Exception e, @Nullable TlsAlert alert) {
        return cause(e, CertificateException.class) != null
                || cause(e, SSLPeerUnverifiedException.class) != null
                || (alert != null && ABOUT_CERTIFICATES.contains(alert))
                || NO_CERTIFICATE.matcher(String.valueOf(e.getMessage())).find();
    }

    private static String message(Exception e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message;
    }

    private static Optional<TlsAlert> named(String name) {
        return Arrays.stream(TlsAlert.values())
                .filter(alert -> alert.standardName().equals(name))
                .findFirst();
    }

    private static <T extends Throwable> @Nullable T cause(Throwable e, Class<T> type) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return type.cast(t);
            }
        }
        return null;
    }
}
