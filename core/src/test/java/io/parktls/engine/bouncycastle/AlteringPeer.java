package io.parktls.engine.bouncycastle;

import io.parktls.ClientAuth;
import io.parktls.ResumableSession;
import io.parktls.TestContexts;
import io.parktls.TestOcsp;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsStatus;
import io.parktls.TlsVersion;
import io.parktls.engine.EngineEnd;
import io.parktls.engine.HandshakeOverrides;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.wire.ClientHello;
import io.parktls.wire.HandshakeAssembler;
import io.parktls.wire.WireBytes;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsProtocol;
import org.bouncycastle.tls.TlsServerProtocol;
import org.jspecify.annotations.Nullable;

/**
 * Runs an engine against a peer that changes its own messages before it encrypts them. Both require certificates of
 * each other.
 */
final class AlteringPeer {
    /** A change of the peer's messages. */
    interface Alteration {
        /**
         * Returns the message to send, changed or unchanged.
         *
         * @param type the type of the message
         * @param message the message, header included
         */
        byte[] of(int type, byte[] message);
    }

    /** The role of the engine under test, and the version that is negotiated. */
    enum Role {
        CLIENT_12(false, TlsVersion.TLS_1_2, false),
        CLIENT_13(false, TlsVersion.TLS_1_3, false),
        SERVER_12(true, TlsVersion.TLS_1_2, false),
        SERVER_13(true, TlsVersion.TLS_1_3, false),
        CLIENT_12_STAPLED(false, TlsVersion.TLS_1_2, false),
        CLIENT_13_STAPLED(false, TlsVersion.TLS_1_3, false),
        CLIENT_12_RESUMED(false, TlsVersion.TLS_1_2, true),
        CLIENT_13_RESUMED(false, TlsVersion.TLS_1_3, true),
        SERVER_12_RESUMED(true, TlsVersion.TLS_1_2, true),
        SERVER_13_RESUMED(true, TlsVersion.TLS_1_3, true);

        private final boolean server;
        private final PreparedContext clientContext;
        private final PreparedContext serverContext;

        /** The session that each handshake resumes; null for full handshakes. */
        private final @Nullable ResumableSession session;

        Role(boolean server, TlsVersion version, boolean resumed) {
            this.server = server;
            TlsEngineProvider engine = TlsEngineProvider.bouncyCastle();
            TlsContext client = TestContexts.client(engine, version)
                    .applicationProtocols("h2", "http/1.1")
                    .identity(TestPki.client(KeyKind.ECDSA_P256))
                    .requestStaples(name().endsWith("STAPLED"))
                    .build();
            TlsIdentity identity = TestPki.server(KeyKind.ECDSA_P256);
            TlsContext accepting = TestContexts.server(engine, version)
                    .identity(identity.withStaple(
                            TestOcsp.of(identity, KeyKind.ECDSA_P256).build()))
                    .applicationProtocols("h2")
                    .clientAuth(ClientAuth.REQUIRED)
                    .trust(TestPki.trust())
                    .build();
            this.session = resumed ? ResumableSession.of(client, accepting) : null;
            this.clientContext = new PreparedContext(
                    session == null ? client : session.client(), PreferredProviders.NONE, CipherSelection.JDK);
            this.serverContext = new PreparedContext(accepting, PreferredProviders.NONE, CipherSelection.JDK);
        }

        boolean isResumed() {
            return session != null;
        }

        /** Gives the client the session again, which each handshake uses up. */
        private void renewSession() {
            if (session != null) {
                session.putInto(clientContext.context);
            }
        }
    }

    /** Where the body of a ClientHello begins: after the headers of the record and the message. */
    private static final int HELLO_BODY = 5 + 4;

    private AlteringPeer() {}

    /**
     * Handshakes until the engine is done or has failed. If neither end sends anything any more, the stream ends.
     *
     * @return the engine's failure; empty if it did not fail
     */
    static Optional<SSLException> handshake(Role role, Alteration alteration) throws IOException {
        EngineEnd engine;
        TlsProtocol peer;
        ConnectionCrypto keys;
        AtomicReference<ClientHello> hello = new AtomicReference<>();
        role.renewSession();
        if (role.server) {
            engine = EngineEnd.of(BouncyCastleEngine.server(role.serverContext, HandshakeOverrides.NONE));
            ConnectionCrypto crypto = role.clientContext.crypto();
            AlteringClient client = new AlteringClient(alteration);
            client.connect(
                    new ClientCallbacks(role.clientContext, crypto, TestContexts.HOST, 0, HandshakeOverrides.NONE));
            peer = client;
            keys = crypto;
        } else {
            engine = EngineEnd.of(
                    BouncyCastleEngine.client(role.clientContext, TestContexts.HOST, 0, HandshakeOverrides.NONE));
            ConnectionCrypto crypto = role.serverContext.crypto();
            AlteringServer server = new AlteringServer(alteration);
            server.accept(new ServerCallbacks(role.serverContext, crypto, HandshakeOverrides.NONE, hello::get));
            peer = server;
            keys = crypto;
        }
        Receiver receiver = new Receiver(peer, keys);
        for (int turn = 0; turn < 10; turn++) {
            byte[] flight = new byte[peer.getAvailableOutputBytes()];
            peer.readOutput(flight, 0, flight.length);
            engine.receive(flight);
            try {
                if (engine.handshake() == TlsStatus.OK) {
                    return Optional.empty();
                }
            } catch (SSLException e) {
                return Optional.of(e);
            }
            byte[] answer = engine.drain();
            if (!role.server && hello.get() == null) {
                hello.set(ClientHello.parse(answer, HELLO_BODY, answer.length - HELLO_BODY));
            }
            receiver.offer(answer);
        }
        return failureAtTheEnd(engine);
    }

    /** Ends the stream of a peer that has given up without an alert, as when it cannot decrypt the engine's flight. */
    private static Optional<SSLException> failureAtTheEnd(EngineEnd engine) {
        engine.engine().endOfInput();
        try {
            engine.handshake();
            return Optional.empty();
        } catch (SSLException e) {
            return Optional.of(e);
        }
    }

    /** Opens the engine's records for the peer, as {@link BouncyCastleEngine} does, and passes them on. */
    private static final class Receiver {
        private final TlsProtocol peer;
        private final ConnectionCrypto keys;
        private boolean changedCipherSpec;

        Receiver(TlsProtocol peer, ConnectionCrypto keys) {
            this.peer = peer;
            this.keys = keys;
        }

        void offer(byte[] records) {
            try {
                int length;
                for (int at = 0; at < records.length; at += length) {
                    length = 5 + ((records[at + 3] & 0xFF) << 8 | (records[at + 4] & 0xFF));
                    HandshakeCipher cipher = keys.readCipher();
                    boolean is12 = cipher != null && cipher.readSecret() == null;
                    if (cipher != null && (is12 ? changedCipherSpec : records[at] == ContentType.application_data)) {
                        cipher.open(records, at);
                    }
                    changedCipherSpec |= records[at] == ContentType.change_cipher_spec;
                    peer.offerInput(records, at, length);
                }
            } catch (IOException e) {
                // The peer's transcript differs from what it has sent, so its failure reveals nothing about the engine.
            }
        }
    }

    /** Assembles messages and returns them as changed by the alteration, in separate records. */
    private static final class Sender {
        private final HandshakeAssembler messages;
        private byte[] altered = {};

        Sender(Alteration alteration) {
            messages = new HandshakeAssembler(0xFFFFFF, (type, bytes, offset, length) -> {
                byte[] message = Arrays.copyOfRange(bytes, offset - 4, offset + length);
                altered = WireBytes.join(altered, alteration.of(type, message));
            });
        }

        byte[] alter(byte[] bytes, int offset, int length) throws IOException {
            messages.fragment(bytes, offset, length);
            byte[] result = altered;
            altered = new byte[0];
            return result;
        }
    }

    private static final class AlteringClient extends TlsClientProtocol {
        private final Sender sender;

        AlteringClient(Alteration alteration) {
            this.sender = new Sender(alteration);
        }

        @Override
        protected void writeRecord(short type, byte[] bytes, int offset, int length) throws IOException {
            if (type != ContentType.handshake) {
                super.writeRecord(type, bytes, offset, length);
                return;
            }
            byte[] altered = sender.alter(bytes, offset, length);
            for (int at = 0; at < altered.length; at += 1 << 14) {
                super.writeRecord(type, altered, at, Math.min(1 << 14, altered.length - at));
            }
        }
    }

    private static final class AlteringServer extends TlsServerProtocol {
        private final Sender sender;

        AlteringServer(Alteration alteration) {
            this.sender = new Sender(alteration);
        }

        @Override
        protected void writeRecord(short type, byte[] bytes, int offset, int length) throws IOException {
            if (type != ContentType.handshake) {
                super.writeRecord(type, bytes, offset, length);
                return;
            }
            byte[] altered = sender.alter(bytes, offset, length);
            for (int at = 0; at < altered.length; at += 1 << 14) {
                super.writeRecord(type, altered, at, Math.min(1 << 14, altered.length - at));
            }
        }
    }
}
