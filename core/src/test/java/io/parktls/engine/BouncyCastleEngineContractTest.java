package io.parktls.engine;

import org.junit.jupiter.api.Nested;

class BouncyCastleEngineContractTest implements EngineProfile {
    @Override
    public TlsEngineProvider engine() {
        return TlsEngineProvider.bouncyCastle();
    }

    /** Bouncy Castle's handshake refuses some hellos that ParkTLS's reader accepts. */
    @Override
    public boolean refusesHello(String name) {
        // The client requires renegotiation_info, as OpenSSL's client does.
        return name.equals("TLS 1.2 without extensions")
                // Bouncy Castle's client requests no session ticket.
                || name.equals("TLS 1.2 with every answer");
    }

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
    class ResumedHandshakes extends ResumedHandshakeContract {
        ResumedHandshakes() {
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
