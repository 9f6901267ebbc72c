package io.parktls.integration;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsIdentity;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** The identity of the servers, for the hosts of {@link TestPki}, in each form in which software takes it. */
public final class ServerIdentity {
    /** The password of the {@link #keyStore} and of its key. */
    public static final String PASSWORD = "changeit";

    private final Path directory;
    private final KeyManager[] managers;

    /** Writes the files of this identity to a directory. */
    ServerIdentity(Path directory) throws IOException, GeneralSecurityException {
        this.directory = directory;
        TlsIdentity identity = TestPki.server(KeyKind.ECDSA_P256);
        Files.writeString(chain(), TestPki.pem(identity.chain()));
        Files.writeString(
                key(), TestPki.pem("PRIVATE KEY", identity.privateKey().getEncoded()));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "server",
                identity.privateKey(),
                PASSWORD.toCharArray(),
                identity.chain().toArray(Certificate[]::new));
        try (OutputStream out = Files.newOutputStream(keyStore())) {
            store.store(out, PASSWORD.toCharArray());
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, PASSWORD.toCharArray());
        managers = factory.getKeyManagers();
    }

    /** Returns the PEM file of the certificates. */
    public Path chain() {
        return directory.resolve("chain.pem");
    }

    /** Returns the PEM file of the key, which is not encrypted. */
    public Path key() {
        return directory.resolve("key.pem");
    }

    /** Returns a PKCS #12 file with the key and its certificates. */
    public Path keyStore() {
        return directory.resolve("server.p12");
    }

    /** Returns the JDK's key managers. */
    public KeyManager[] managers() {
        return managers.clone();
    }

    /** Returns a context of the JDK's own provider, for servers that a test writes itself. */
    public SSLContext jdkContext() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS", "SunJSSE");
        context.init(managers, null, null);
        return context;
    }
}
