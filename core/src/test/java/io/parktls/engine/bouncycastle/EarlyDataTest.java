package io.parktls.engine.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.TestContexts;
import io.parktls.TlsAlert;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsStatus;
import io.parktls.TlsVersion;
import io.parktls.engine.EngineEnd;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Vector;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * C4: a client that offers early data to a server that accepts none (RFC 8446 4.2.10). The early data is encrypted with
 * keys that the server does not have, so the tests use random bytes.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class EarlyDataTest {
    private static final int EARLY_DATA = 42;
    private static final byte[] CHANGE_CIPHER_SPEC = EngineEnd.record(20, 1);
    private static final byte[] HELLO = {1, 2, 3};

    private final Random random = new Random(1);

    /** A client of Bouncy Castle that offers early data, which the test then sends. */
    private static final class Client extends DefaultTlsClient {
        private final boolean offersEarlyData;
        private final boolean retry;
        private final CipherSuite suite;

        Client(boolean offersEarlyData, boolean retry, CipherSuite suite) {
            super(new BcTlsCrypto(new SecureRandom()));
            this.offersEarlyData = offersEarlyData;
            this.retry = retry;
            this.suite = suite;
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.TLSv13.only();
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return new int[] {suite.code()};
        }

        @Override
        public Vector<Integer> getEarlyKeyShareGroups() {
            return retry ? null : new Vector<>(List.of(NamedGroup.SECP256R1.code()));
        }

        @Override
        @SuppressWarnings({"unchecked", "rawtypes"})
        public Hashtable getClientExtensions() throws IOException {
            Hashtable extensions = super.getClientExtensions();
            if (offersEarlyData) {
                extensions.put(EARLY_DATA, new byte[0]);
            }
            return extensions;
        }

        @Override
        public TlsAuthentication getAuthentication() {
            return new TlsAuthentication() {
                @Override
                public void notifyServerCertificate(TlsServerCertificate certificate) {}

                @Override
                public TlsCredentials getClientCredentials(CertificateRequest request) {
                    return null;
                }
            };
        }
    }

    /** Both ends of a connection. */
    private static final class Ends {
        final TlsClientProtocol client = new TlsClientProtocol();
        final EngineEnd server;

        Ends(boolean offersEarlyData, boolean retry, CipherSuite suite, TlsEngineProvider engine) throws IOException {
            client.connect(new Client(offersEarlyData, retry, suite));
            server = EngineEnd.server(TestContexts.server(engine, TlsVersion.TLS_1_3)
                    .cipherSuites(suite)
                    .groups(NamedGroup.SECP256R1)
                    .build());
        }

        TlsStatus receive(byte[]... records) throws IOException {
            TlsStatus status = TlsStatus.WANT_READ;
            for (byte[] record : records) {
                server.receive(record);
                status = server.handshake();
            }
            return status;
        }

        byte[] clientOutput() {
            byte[] bytes = new byte[client.getAvailableOutputBytes()];
            client.readOutput(bytes, 0, bytes.length);
            return bytes;
        }

        void passServerOutput() throws IOException {
            client.offerInput(server.drain());
        }

        /** Completes the handshake with the client's last flight, and sends application data. */
        void finish() throws IOException {
            passServerOutput();
            TlsStatus status = receive(clientOutput());
            server.drain();
            assertEquals(TlsStatus.OK, status == TlsStatus.WANT_WRITE ? server.handshake() : status);
            client.writeApplicationData(HELLO, 0, HELLO.length);
            server.receive(clientOutput());
            assertArrayEquals(HELLO, server.read(100));
        }
    }

    private static Ends ends(boolean offersEarlyData, boolean retry) throws IOException {
        return ends(offersEarlyData, retry, TlsEngineProvider.bouncyCastle());
    }

    private static Ends ends(boolean offersEarlyData, boolean retry, TlsEngineProvider engine) throws IOException {
        return new Ends(offersEarlyData, retry, CipherSuite.TLS_AES_128_GCM_SHA256, engine);
    }

    /** Returns a record of early data with a given length of content. */
    private byte[] earlyData(int content) {
        int fragment = content + 17;
        byte[] record = new byte[5 + fragment];
        random.nextBytes(record);
        record[0] = 23;
        record[1] = 3;
        record[2] = 3;
        record[3] = (byte) (fragment >>> 8);
        record[4] = (byte) fragment;
        return record;
    }

    private byte[][] earlyData(int records, int content) {
        byte[][] all = new byte[records][];
        Arrays.setAll(all, i -> earlyData(content));
        return all;
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("records that cannot be decrypted are skipped, and the handshake succeeds")
    void skipped(CipherSuite suite) throws IOException {
        if (suite.version() != TlsVersion.TLS_1_3) {
            return;
        }
        for (int[] shape : new int[][] {{1, 1}, {1, 16_384}, {16, 1_024}, {500, 1}, {3, 0}}) {
            Ends ends = new Ends(true, false, suite, TlsEngineProvider.bouncyCastle());
            assertEquals(TlsStatus.WANT_READ, ends.receive(ends.clientOutput(), CHANGE_CIPHER_SPEC));
            assertEquals(TlsStatus.WANT_READ, ends.receive(earlyData(shape[0], shape[1])));
            ends.finish();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1_000, 16_384})
    @DisplayName("after a HelloRetryRequest, application data is skipped until the second ClientHello")
    void skippedBeforeTheSecondHello(int content) throws IOException {
        for (TlsEngineProvider engine : List.of(TlsEngineProvider.bouncyCastle(), TlsEngineProvider.jsse())) {
            Ends ends = ends(true, true, engine);
            assertEquals(
                    TlsStatus.WANT_READ, ends.receive(ends.clientOutput(), CHANGE_CIPHER_SPEC, earlyData(content)));
            ends.passServerOutput();
            assertEquals(TlsStatus.WANT_READ, ends.receive(ends.clientOutput()));
            ends.finish();
        }
    }

    @Test
    @DisplayName("the JSSE engine skips within the same limit, except records that only the SSLEngine could decrypt")
    void jsseEngine() throws IOException {
        Ends retry = ends(true, true, TlsEngineProvider.jsse());
        retry.receive(retry.clientOutput());
        retry.receive(earlyData(16, 1_024));
        assertThrows(SSLException.class, () -> retry.receive(earlyData(1)));

        Ends notOffered = ends(false, true, TlsEngineProvider.jsse());
        notOffered.receive(notOffered.clientOutput());
        assertThrows(SSLException.class, () -> notOffered.receive(earlyData(1)));

        Ends underKeys = ends(true, false, TlsEngineProvider.jsse());
        underKeys.receive(underKeys.clientOutput());
        assertRefused(TlsAlert.BAD_RECORD_MAC, underKeys, earlyData(1));
    }

    @Test
    @DisplayName("no more than 16 KiB is skipped")
    void tooMuch() throws IOException {
        Ends ends = ends(true, false);
        ends.receive(ends.clientOutput());
        ends.receive(earlyData(16, 1_024));
        assertRefused(TlsAlert.BAD_RECORD_MAC, ends, earlyData(1));

        Ends retry = ends(true, true);
        retry.receive(retry.clientOutput());
        retry.receive(earlyData(16, 1_024));
        assertRefused(TlsAlert.UNEXPECTED_MESSAGE, retry, earlyData(1));
    }

    @Test
    @DisplayName("nothing is skipped for a client that offered no early data")
    void notOffered() throws IOException {
        Ends ends = ends(false, false);
        ends.receive(ends.clientOutput());
        assertRefused(TlsAlert.BAD_RECORD_MAC, ends, earlyData(1));

        Ends retry = ends(false, true);
        retry.receive(retry.clientOutput());
        assertRefused(TlsAlert.UNEXPECTED_MESSAGE, retry, earlyData(1));
    }

    @Test
    @DisplayName("nothing is skipped after the second ClientHello")
    void afterTheSecondHello() throws IOException {
        Ends ends = ends(true, true);
        ends.receive(ends.clientOutput());
        ends.passServerOutput();
        ends.receive(ends.clientOutput());
        assertRefused(TlsAlert.BAD_RECORD_MAC, ends, earlyData(1));
    }

    @Test
    @DisplayName("nothing is skipped between the parts of the second ClientHello")
    void withinTheSecondHello() throws IOException {
        Ends ends = ends(true, true);
        ends.receive(ends.clientOutput());
        ends.passServerOutput();
        ends.clientOutput();
        ends.receive(EngineEnd.record(22, 1, 0));
        assertRefused(TlsAlert.UNEXPECTED_MESSAGE, ends, earlyData(1));
    }

    private static void assertRefused(TlsAlert alert, Ends ends, byte[] record) {
        TlsHandshakeException failure = assertThrows(TlsHandshakeException.class, () -> ends.receive(record));
        assertEquals(Optional.of(alert), failure.alert(), failure::toString);
    }
}
