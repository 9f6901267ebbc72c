package io.parktls.engine;

import org.junit.jupiter.api.Nested;

class BouncyCastleEngineContractTest implements EngineProfile {
    @Override
    public TlsEngineProvider engine() {
        return TlsEngineProvider.bouncyCastle();
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
