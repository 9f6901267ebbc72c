package io.parktls.engine;

import io.parktls.TlsAlert;
import io.parktls.TlsVersion;
import org.junit.jupiter.api.Nested;

class JsseEngineContractTest implements EngineProfile {
    private static final TlsEngineProvider ENGINE = TlsEngineProvider.jsse();

    @Override
    public TlsEngineProvider engine() {
        return ENGINE;
    }

    /** SunJSSE closes its own direction too, as RFC 5246 7.2.1 requires. */
    @Override
    public boolean writesAfterPeerClosed(TlsVersion version) {
        return version == TlsVersion.TLS_1_3;
    }

    @Override
    public boolean updatesKeys() {
        return false;
    }

    /** SunJSSE never sends unknown_ca. */
    @Override
    public TlsAlert unknownAuthority() {
        return TlsAlert.CERTIFICATE_UNKNOWN;
    }

    /** SunJSSE sends this alert. */
    @Override
    public TlsAlert noCommonGroupAlert(TlsVersion version) {
        return version == TlsVersion.TLS_1_3 ? TlsAlert.UNEXPECTED_MESSAGE : TlsAlert.HANDSHAKE_FAILURE;
    }

    /** JSSE has no method that sends a given alert; see {@code SslEngineOutput.provokeAlert}. */
    @Override
    public TlsAlert truncatedUnderKeys() {
        return TlsAlert.UNEXPECTED_MESSAGE;
    }

    @Override
    public TlsAlert renegotiationRefused() {
        return TlsAlert.UNEXPECTED_MESSAGE;
    }

    /** SunJSSE evaluates legacy_version, which RFC 8446 4.2.1 forbids if supported_versions is present. */
    @Override
    public boolean refusesHello(String name) {
        return name.startsWith("legacy_version ");
    }

    /** SunJSSE's client requests stapled responses. */
    @Override
    public boolean asksOtherwise(String name) {
        return name.contains("status_request");
    }

    /** SunJSSE keeps the randoms of TLS 1.2 in the session, which the connections that resume it share. */
    @Override
    public boolean keepsExportersApart(TlsVersion version) {
        return version == TlsVersion.TLS_1_3;
    }

    @Nested
    class Handshakes extends HandshakeContract {
        Handshakes() {
            super(JsseEngineContractTest.this);
        }
    }

    @Nested
    class ResumedHandshakes extends ResumedHandshakeContract {
        ResumedHandshakes() {
            super(JsseEngineContractTest.this);
        }
    }

    @Nested
    class FailedHandshakes extends FailedHandshakeContract {
        FailedHandshakes() {
            super(JsseEngineContractTest.this);
        }
    }

    @Nested
    class HostileInput extends HostileInputContract {
        HostileInput() {
            super(JsseEngineContractTest.this);
        }
    }

    @Nested
    class Hellos extends HelloContract {
        Hellos() {
            super(JsseEngineContractTest.this);
        }
    }

    @Nested
    class Data extends DataContract {
        Data() {
            super(JsseEngineContractTest.this);
        }
    }

    @Nested
    class Closing extends ClosingContract {
        Closing() {
            super(JsseEngineContractTest.this);
        }
    }

    @Nested
    class PostHandshake extends PostHandshakeContract {
        PostHandshake() {
            super(JsseEngineContractTest.this);
        }
    }
}
