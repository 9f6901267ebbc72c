package io.parktls;

import static io.parktls.LoadedIdentities.assertInvalid;
import static io.parktls.LoadedIdentities.assertSame;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki.KeyKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests identities in key stores. */
class KeyStoreIdentityTest {
    private static final KeyKind KIND = KeyKind.ECDSA_P256;
    private static final char[] PASSPHRASE = "correct horse".toCharArray();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"PKCS12", "JKS"})
    void loadsKeyStores(String type) throws Exception {
        TlsIdentity identity = TestPki.chain(KIND, 2);
        KeyStore store = store(type);
        put(store, "main", identity);
        store.setCertificateEntry("some ca", TestPki.ca(KeyKind.ED25519));
        assertSame(identity, TlsIdentity.of(store, PASSPHRASE));

        Path file = file("store");
        try (var out = Files.newOutputStream(file)) {
            store.store(out, PASSPHRASE);
        }
        assertSame(identity, TlsIdentity.keyStore(file, PASSPHRASE));
        assertInvalid("store: wrong password for the key store", () -> TlsIdentity.keyStore(file, "no".toCharArray()));
    }

    @Test
    void severalKeysNeedAnAlias() throws Exception {
        KeyStore store = store("PKCS12");
        put(store, "first", TestPki.server(KIND));
        put(store, "second", TestPki.client(KIND));
        store.setCertificateEntry("third", TestPki.ca(KIND));
        IllegalArgumentException e = assertInvalid("several private keys", () -> TlsIdentity.of(store, PASSPHRASE));
        assertTrue(e.getMessage().contains("first") && e.getMessage().contains("second"), e.getMessage());
        assertFalse(e.getMessage().contains("third"), e.getMessage());
        assertSame(TestPki.client(KIND), TlsIdentity.of(store, "second", PASSPHRASE));
        assertInvalid("no private key 'third'", () -> TlsIdentity.of(store, "third", PASSPHRASE));
        assertInvalid("no private key 'fourth'", () -> TlsIdentity.of(store, "fourth", PASSPHRASE));
    }

    @Test
    void unusableKeyStores() throws Exception {
        KeyStore store = store("PKCS12");
        assertInvalid("holds no private key", () -> TlsIdentity.of(store, PASSPHRASE));
        put(store, "main", TestPki.server(KIND));
        assertInvalid("wrong password for the private key 'main'", () -> TlsIdentity.of(store, "no".toCharArray()));
        assertInvalid("cannot be used", () -> TlsIdentity.of(KeyStore.getInstance("PKCS12"), PASSPHRASE));
        Files.writeString(file("rubbish"), "rubbish");
        assertInvalid("rubbish: not a key store", () -> TlsIdentity.keyStore(file("rubbish"), PASSPHRASE));
        Path empty = file("empty.p12");
        try (var out = Files.newOutputStream(empty)) {
            store("PKCS12").store(out, PASSPHRASE);
        }
        assertInvalid("empty.p12: the key store holds no", () -> TlsIdentity.keyStore(empty, PASSPHRASE));
    }

    private Path file(String name) {
        return directory.resolve(name);
    }

    private static KeyStore store(String type) throws Exception {
        KeyStore store = KeyStore.getInstance(type);
        store.load(null, null);
        return store;
    }

    private static void put(KeyStore store, String alias, TlsIdentity identity) throws Exception {
        store.setKeyEntry(
                alias, identity.privateKey(), PASSPHRASE, identity.chain().toArray(X509Certificate[]::new));
    }
}
