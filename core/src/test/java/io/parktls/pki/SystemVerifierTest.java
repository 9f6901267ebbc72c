package io.parktls.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsAlert;
import io.parktls.TlsPeerUnverifiedException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the trust store of the JVM, and its system properties {@code javax.net.ssl.trustStore*}. */
class SystemVerifierTest {
    private static final KeyKind KIND = KeyKind.ECDSA_P256;
    private static final List<String> PROPERTIES =
            List.of("javax.net.ssl.trustStore", "javax.net.ssl.trustStorePassword", "javax.net.ssl.trustStoreType");

    private final Map<String, String> before = new TreeMap<>();

    @TempDir
    private Path directory;

    @BeforeEach
    void keepProperties() {
        for (String property : PROPERTIES) {
            String value = System.getProperty(property);
            if (value != null) {
                before.put(property, value);
            }
        }
    }

    @AfterEach
    void restoreProperties() {
        PROPERTIES.forEach(System::clearProperty);
        before.forEach(System::setProperty);
    }

    @Test
    void honoursTheTrustStoreProperty() throws Exception {
        Path store = directory.resolve("trust.p12");
        try (OutputStream out = Files.newOutputStream(store)) {
            TestPki.keyStore(List.of(TestPki.ca(KIND))).store(out, "changeit".toCharArray());
        }
        System.setProperty("javax.net.ssl.trustStore", store.toString());
        System.setProperty("javax.net.ssl.trustStorePassword", "changeit");
        SystemVerifier verifier = new SystemVerifier();
        verifier.verify(TestPki.server(KIND).chain(), "UNKNOWN", PeerVerifier.Peer.SERVER);

        // a loaded store remains in use
        Files.delete(store);
        verifier.verify(TestPki.server(KIND).chain(), "UNKNOWN", PeerVerifier.Peer.SERVER);
    }

    @Test
    void failsIfTheStoreCannotBeLoaded() throws Exception {
        Path store = directory.resolve("trust.p12");
        Files.writeString(store, "rubbish");
        System.setProperty("javax.net.ssl.trustStore", store.toString());
        assertUnusable(new SystemVerifier());
    }

    /** The JDK itself fails later, with "the trustAnchors parameter must be non-empty". */
    @Test
    void failsIfTheStoreIsEmpty() throws Exception {
        Path store = directory.resolve("empty.p12");
        try (OutputStream out = Files.newOutputStream(store)) {
            TestPki.keyStore(List.of()).store(out, "changeit".toCharArray());
        }
        System.setProperty("javax.net.ssl.trustStore", store.toString());
        System.setProperty("javax.net.ssl.trustStorePassword", "changeit");
        String message = assertUnusable(new SystemVerifier());
        assertTrue(message.contains("empty.p12 holds no certificate to trust"), message);
        assertTrue(message.contains("Set javax.net.ssl.trustStore, or use TlsTrust.pem"), message);
    }

    @Test
    void failsIfThereIsNoStore() {
        System.setProperty("javax.net.ssl.trustStore", "NONE");
        String message = assertUnusable(new SystemVerifier());
        assertTrue(message.contains("javax.net.ssl.trustStore is NONE"), message);
    }

    private static String assertUnusable(SystemVerifier verifier) {
        TlsPeerUnverifiedException e = assertThrows(
                TlsPeerUnverifiedException.class,
                () -> verifier.verify(TestPki.server(KIND).chain(), "UNKNOWN", PeerVerifier.Peer.SERVER));
        assertEquals(TlsAlert.INTERNAL_ERROR, e.alert().orElseThrow());
        assertTrue(e.getMessage().contains("trust"), e.getMessage());
        return e.getMessage();
    }
}
