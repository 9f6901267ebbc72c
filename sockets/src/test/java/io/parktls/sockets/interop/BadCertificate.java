package io.parktls.sockets.interop;

import static io.parktls.TlsAlert.BAD_CERTIFICATE;
import static io.parktls.TlsAlert.CERTIFICATE_EXPIRED;
import static io.parktls.TlsAlert.CERTIFICATE_UNKNOWN;
import static io.parktls.TlsAlert.UNKNOWN_CA;
import static io.parktls.TlsAlert.UNSUPPORTED_CERTIFICATE;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsAlert;
import io.parktls.TlsIdentity;
import io.parktls.engine.TlsEngineProvider;
import java.util.function.Supplier;

/** The defects of a certificate, each with its alert and a part of its message. */
enum BadCertificate {
    EXPIRED(() -> TestPki.expired(Keys.KIND), CERTIFICATE_EXPIRED, "'CN=test server' expired on "),
    NOT_YET_VALID(() -> TestPki.notYetValid(Keys.KIND), CERTIFICATE_EXPIRED, "is not valid before "),
    WRONG_HOST(() -> TestPki.wrongHost(Keys.KIND), BAD_CERTIFICATE, "is for elsewhere.test, not for '" + Scenario.NAME),
    UNKNOWN_AUTHORITY(() -> TestPki.unknownCa(Keys.KIND), UNKNOWN_CA, "was issued by 'CN=Unknown CA ECDSA_P256'"),
    SELF_SIGNED(() -> TestPki.selfSigned(Keys.KIND), UNKNOWN_CA, "is self-signed and not trusted"),
    FOR_CLIENTS(
            () -> TestPki.wrongExtendedKeyUsage(Keys.KIND),
            UNSUPPORTED_CERTIFICATE,
            "may not be used by a TLS server (its extended key usage has no serverAuth)"),
    NOT_FOR_SIGNING(
            () -> TestPki.wrongKeyUsage(Keys.KIND),
            UNSUPPORTED_CERTIFICATE,
            "may not be used for digital signatures, which TLS needs (its key usage extension has no digitalSignature)");

    /** A nested class, since the constants of an enum cannot use its static fields. */
    private static final class Keys {
        static final KeyKind KIND = KeyKind.ECDSA_P256;
    }

    private final Supplier<TlsIdentity> identity;
    private final TlsAlert alert;
    private final String message;

    BadCertificate(Supplier<TlsIdentity> identity, TlsAlert alert, String message) {
        this.identity = identity;
        this.alert = alert;
        this.message = message;
    }

    TlsIdentity identity() {
        return identity.get();
    }

    /** Returns the alert that our client sends. An SSLEngine cannot be made to send unknown_ca. */
    TlsAlert alertOf(TlsEngineProvider client) {
        return alert == UNKNOWN_CA && client.name().equals("JSSE") ? CERTIFICATE_UNKNOWN : alert;
    }

    String message() {
        return message;
    }
}
