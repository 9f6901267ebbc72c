package io.parktls.integration;

import io.parktls.TestPki;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** An authority that a client trusts, in each form in which software takes it. */
public final class ClientTrust {
    /** The password of the {@link #keyStore}. */
    public static final String PASSWORD = "changeit";

    private final Path pem;
    private final Path keyStore;
    private final TrustManager[] managers;
    private final SSLContext context;

    /** Writes the files of this trust to a new directory with that name. */
    ClientTrust(Path directory, X509Certificate authority) throws IOException, GeneralSecurityException {
        Files.createDirectory(directory);
        pem = Files.writeString(directory.resolve("ca.pem"), TestPki.pem(List.of(authority)));
        // A PKCS #12 file is slow to read: its key is derived from the password in thousands of steps.
        keyStore = directory.resolve("ca.jks");
        KeyStore store = KeyStore.getInstance("JKS");
        store.load(null, null);
        store.setCertificateEntry("ca", authority);
        try (OutputStream out = Files.newOutputStream(keyStore)) {
            store.store(out, PASSWORD.toCharArray());
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        managers = factory.getTrustManagers();
        context = SSLContext.getInstance("TLS");
        context.init(null, managers, null);
    }

    /** Returns a file with the certificate as PEM. */
    public Path pem() {
        return pem;
    }

    /** Returns a JKS file with the certificate and with {@link #PASSWORD}. */
    public Path keyStore() {
        return keyStore;
    }

    /** Returns the JDK's trust managers. */
    public TrustManager[] managers() {
        return managers.clone();
    }

    /** Returns a context of the first provider, always the same. */
    public SSLContext context() {
        return context;
    }
}
