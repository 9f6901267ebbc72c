package io.parktls.engine.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.CipherSuite;
import io.parktls.ConnectionPair;
import io.parktls.TestContexts;
import io.parktls.TlsContext;
import io.parktls.TlsVersion;
import io.parktls.bio.Bio;
import io.parktls.engine.RecordCiphers;
import io.parktls.engine.TlsEngineProvider;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections take their ciphers over from connections that have ended, since a new one takes longer than a record. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CipherReuseTest {
    private static final String GCM = "AES/GCM/NoPadding";

    /** The JDK's AES-GCM, counted. */
    private static final class Counting extends Provider {
        private static final long serialVersionUID = 1L;

        private final AtomicInteger created = new AtomicInteger();

        Counting() {
            super("Counting", "1", "for a test");
            Provider.Service jdk =
                    Objects.requireNonNull(Security.getProvider("SunJCE").getService("Cipher", GCM));
            putService(new Service(this, "Cipher", GCM, jdk.getClassName(), List.of(), null) {
                @Override
                public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
                    created.incrementAndGet();
                    return jdk.newInstance(parameter);
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void connectionsInSuccessionCreateNone(TlsVersion version) throws Exception {
        Counting counting = new Counting();
        TlsEngineProvider engine = TlsEngineProvider.bouncyCastle(RecordCiphers.PREFERRED, counting);
        CipherSuite suite = version == TlsVersion.TLS_1_3
                ? CipherSuite.TLS_AES_128_GCM_SHA256
                : CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
        // The pool keeps four ciphers for a thread, and both ends together would need five.
        TlsContext client = TestContexts.client(TlsEngineProvider.bouncyCastle(), version)
                .cipherSuites(suite)
                .build();
        TlsContext server =
                TestContexts.server(engine, version).cipherSuites(suite).build();
        connect(client, server);
        int first = counting.created.get();
        assertTrue(first > 0, "the provider is not used");

        for (int i = 0; i < 20; i++) {
            connect(client, server);
        }

        assertEquals(first, counting.created.get());
    }

    private static void connect(TlsContext client, TlsContext server) throws Exception {
        ConnectionPair pair = new ConnectionPair(client, server, Bio.pair(1 << 15)).handshake();
        pair.transfer(1_000);
        pair.client().abort();
        pair.server().abort();
    }
}
