package io.parktls.sockets.jsse;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.NoSuchProviderException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** The managers of the system properties of JSSE: {@code javax.net.ssl.keyStore} and {@code javax.net.ssl.trustStore}. */
final class DefaultManagers {
    private static final String NONE = "NONE";

    private DefaultManagers() {}

    /** Returns the trust managers of {@code javax.net.ssl.trustStore}, or of the JDK's {@code cacerts}. */
    static TrustManager[] trust() throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        return factory.getTrustManagers();
    }

    /**
     * Returns the key managers of {@code javax.net.ssl.keyStore}; managers without keys if the property is not set.
     *
     * @throws IOException if the file cannot be read, or the password is wrong
     */
    static KeyManager[] keys() throws GeneralSecurityException, IOException {
        String file = System.getProperty("javax.net.ssl.keyStore", "");
        String provider = System.getProperty("javax.net.ssl.keyStoreProvider", "");
        String type = System.getProperty("javax.net.ssl.keyStoreType", KeyStore.getDefaultType());
        String secret = System.getProperty("javax.net.ssl.keyStorePassword", "");
        char @Nullable [] password = secret.isEmpty() ? null : secret.toCharArray();
        KeyStore store = null;
        if (!file.isEmpty()) {
            store = load(file, type, provider, password);
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password);
        return factory.getKeyManagers();
    }

    private static KeyStore load(String file, String type, String provider, char @Nullable [] password)
            throws GeneralSecurityException, IOException {
        KeyStore store = instance(type, provider);
        if (file.equals(NONE)) {
            // A token, for instance one of PKCS #11, has no file.
            store.load(null, password);
            return store;
        }
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            store.load(in, password);
        }
        return store;
    }

    private static KeyStore instance(String type, String provider)
            throws GeneralSecurityException, NoSuchProviderException {
        return provider.isEmpty() ? KeyStore.getInstance(type) : KeyStore.getInstance(type, provider);
    }
}
