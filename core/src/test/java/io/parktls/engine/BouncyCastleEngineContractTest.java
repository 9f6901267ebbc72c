package io.parktls.engine;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;

class BouncyCastleEngineContractTest implements EngineProfile {
    @Override
    public TlsEngineProvider engine() {
        return TlsEngineProvider.bouncyCastle();
    }

    /** What Bouncy Castle's own handshake refuses, though our reader accepts it. */
    @Override
    public boolean refusesHello(String name) {
        // The client insists on renegotiation_info, as OpenSSL's does.
        return name.equals("TLS 1.2 without extensions")
                // Bouncy Castle's client asks for no session ticket.
                || name.equals("TLS 1.2 with every answer")
                || AWAITS_HOOK.matcher(name).matches();
    }

    /** C10, C11, C13: these rows await overrides of Bouncy Castle's methods. */
    private static final Pattern AWAITS_HOOK = Pattern.compile("a HelloRetryRequest with a cookie alone"
            + "|(legacy_)?version 0x(0400|0401|7F1C|FE..|FFFF) .*"
            + "|TLS 1.3 with compressed points only");

    @Override
    public boolean asksOtherwise(String name) {
        return name.equals("session_ticket with a body");
    }

    @Nested
    class Handshakes extends HandshakeContract {
        Handshakes() {
            super(BouncyCastleEngineContractTest.this);
        }
    }

    @Nested
    class FailedHandshakes extends FailedHandshakeContract {
        FailedHandshakes() {
            super(BouncyCastleEngineContractTest.this);
        }
    }

    @Nested
    class HostileInput extends HostileInputContract {
        HostileInput() {
            super(BouncyCastleEngineContractTest.this);
        }
    }

    @Nested
    class Hellos extends HelloContract {
        Hellos() {
            super(BouncyCastleEngineContractTest.this);
        }
    }

    @Nested
    class Data extends DataContract {
        Data() {
            super(BouncyCastleEngineContractTest.this);
        }
    }

    @Nested
    class Closing extends ClosingContract {
        Closing() {
            super(BouncyCastleEngineContractTest.this);
        }
    }

    @Nested
    class PostHandshake extends PostHandshakeContract {
        PostHandshake() {
            super(BouncyCastleEngineContractTest.this);
        }
    }
}
