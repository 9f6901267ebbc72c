package io.parktls.engine.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.TlsSessionCache;
import io.parktls.TlsVersion;
import io.parktls.engine.EngineEnd;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.session.ClientSession;
import io.parktls.session.SessionState;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.bouncycastle.tls.TlsProtocol;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The secrets of resumed sessions are overwritten when they are no longer needed, also if the handshake fails. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SessionSecretsTest {
    private final TlsEngineProvider engine = TlsEngineProvider.bouncyCastle();

    /** Ends that are about to resume, and the secrets of both that the test has found. */
    private final class Resuming {
        final TlsContext clientContext;
        final EngineEnd client;
        final EngineEnd server;
        final List<byte[]> arrays = new ArrayList<>();
        final List<TlsSecret> secrets = new ArrayList<>();

        Resuming(TlsVersion version) throws SSLException {
            clientContext = TestContexts.client(engine, version)
                    .trust(TestPki.trust(KeyKind.ECDSA_P256))
                    .sessionCache(TlsSessionCache.ofSize(1))
                    .build();
            TlsContext serverContext = TestContexts.server(engine, version).build();
            EngineEnd first = EngineEnd.client(clientContext, TestContexts.HOST, 443);
            EngineEnd peer = EngineEnd.server(serverContext);
            EngineEnd.connect(first, peer);
            first.receiveFrom(peer);
            first.readNothing();
            client = EngineEnd.client(clientContext, TestContexts.HOST, 443);
            server = EngineEnd.server(serverContext);
        }

        /** Sends the ClientHello and the server's answer, and finds the secrets that both then have. */
        void exchangeHellos() throws SSLException {
            client.handshake();
            findClientSecrets();
            server.receiveFrom(client);
            server.handshake();
            ServerResumption ofServer = ((ServerCallbacks) callbacks(server)).resumption();
            SessionState accepted = Objects.requireNonNull(ofServer.accepted());
            arrays.add(accepted.secret());
            Object key = field(ofServer, "key");
            if (key != null) {
                add((OfferedKey) key);
            }
            findSession12(client);
            findSession12(server);
            assertEquals(key == null ? 2 : 4, secrets.size());
            assertAllPresent();
        }

        /** In TLS 1.2, Bouncy Castle has a copy of the master secret. */
        private void findSession12(EngineEnd end) {
            Object protocol = Objects.requireNonNull(field(handshake(end), "protocol"));
            if (field(TlsProtocol.class, protocol, "tlsSession") instanceof ResumedSession session) {
                secrets.add(session.exportSessionParameters().getMasterSecret());
            }
        }

        void findClientSecrets() {
            ClientResumption ofClient = ((ClientCallbacks) callbacks(client)).resumption();
            arrays.add(((ClientSession) Objects.requireNonNull(field(ofClient, "session"))).secret());
            ofClient.keys().forEach(this::add);
        }

        private void add(OfferedKey key) {
            secrets.add(key.getKey());
            secrets.add((TlsSecret) Objects.requireNonNull(field(key.getKey(), "early")));
        }

        private void assertAllPresent() {
            arrays.forEach(array -> assertFalse(isZero(array), "a secret is still needed"));
            assertTrue(secrets.isEmpty() || secrets.stream().anyMatch(TlsSecret::isAlive));
        }

        void assertAllWiped() {
            arrays.forEach(array -> assertTrue(isZero(array), "a secret remains"));
            secrets.forEach(secret -> assertFalse(secret.isAlive(), "a secret of the key schedule remains"));
        }
    }

    private static boolean isZero(byte[] bytes) {
        int all = 0;
        for (byte b : bytes) {
            all |= b;
        }
        return all == 0;
    }

    private static Object callbacks(EngineEnd end) {
        try {
            Object handshake = handshake(end);
            Method accessor = handshake.getClass().getDeclaredMethod("callbacks");
            accessor.setAccessible(true);
            return accessor.invoke(handshake);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static Object handshake(EngineEnd end) {
        return Objects.requireNonNull(field(end.engine(), "handshake"));
    }

    private static Object field(Object of, String name) {
        return field(of.getClass(), of, name);
    }

    @SuppressWarnings("NullAway") // Some of the fields are null.
    private static Object field(Class<?> declaring, Object of, String name) {
        try {
            Field field = declaring.getDeclaredField(name);
            field.setAccessible(true);
            return field.get(of);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whenTheHandshakeIsDone(TlsVersion version) throws SSLException {
        Resuming ends = new Resuming(version);
        ends.exchangeHellos();
        ends.client.receiveFrom(ends.server);
        EngineEnd.connect(ends.client, ends.server);
        assertTrue(ends.client.engine().session().resumed());
        ends.assertAllWiped();
    }

    @ParameterizedTest
    @EnumSource
    void whenTheHandshakeIsGivenUp(TlsVersion version) throws SSLException {
        Resuming ends = new Resuming(version);
        ends.exchangeHellos();
        ends.client.engine().destroy();
        ends.server.engine().destroy();
        ends.assertAllWiped();
    }

    @ParameterizedTest
    @EnumSource
    void whenTheHandshakeFails(TlsVersion version) throws SSLException {
        Resuming ends = new Resuming(version);
        ends.exchangeHellos();
        byte[] flight = ends.server.drain();
        flight[flight.length - 1] ^= 1;
        ends.client.receive(flight);
        assertThrows(SSLException.class, ends.client::handshake);
        ends.server.receiveFrom(ends.client);
        assertThrows(SSLException.class, ends.server::handshake);
        ends.client.engine().destroy();
        ends.server.engine().destroy();
        ends.assertAllWiped();
    }

    @Test
    void theResumptionMasterSecretWithTheConnection() throws SSLException {
        Resuming ends = new Resuming(TlsVersion.TLS_1_3);
        EngineEnd.connect(ends.client, ends.server);
        TlsSecret master = (TlsSecret) field(field(ends.client.engine(), "tickets"), "resumptionMaster");
        assertTrue(master.isAlive(), "tickets may still arrive");
        ends.client.engine().destroy();
        assertFalse(master.isAlive());
    }

    /** The server's tickets are made at the end of the handshake, so the server needs the secret no longer. */
    @Test
    void theServerKeepsNoResumptionMasterSecret() throws SSLException {
        Resuming ends = new Resuming(TlsVersion.TLS_1_3);
        ServerCallbacks callbacks = (ServerCallbacks) callbacks(ends.server);
        EngineEnd.connect(ends.client, ends.server);
        ConnectionCrypto crypto = (ConnectionCrypto) field(callbacks, "crypto");
        assertEquals(null, crypto.takeResumptionMaster());
    }

    @Test
    void copiesAreIndependent() throws SSLException {
        Resuming ends = new Resuming(TlsVersion.TLS_1_2);
        ends.client.handshake();
        ends.findClientSecrets();
        ClientSession kept = ends.clientContext
                .sessionCache()
                .store()
                .copies()
                .values()
                .iterator()
                .next()
                .getFirst();
        assertArrayEquals(ends.arrays.getFirst(), kept.secret());
        ends.client.engine().destroy();
        assertTrue(isZero(ends.arrays.getFirst()));
        assertFalse(isZero(kept.secret()), "the cache's own secret remains");
    }
}
