package io.parktls.pki;

import io.parktls.jca.JcaProviders;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reading private keys and certificates out of key stores. */
public final class KeyStores {
    private KeyStores() {}

    /** A private key and the certificates that were stored with it. */
    public record Entry(PrivateKey key, List<X509Certificate> certificates) {}

    /**
     * The PKCS#12 or JKS store in a file.
     *
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if it is no key store, or the password is wrong
     */
    public static KeyStore read(Path file, char[] password) throws IOException {
        byte[] content = Files.readAllBytes(file);
        try {
            // The JDK's PKCS12 reads JKS as well (keystore.type.compat).
            return JcaProviders.first("PKCS12", provider -> load("PKCS12", provider, content, password));
        } catch (NoSuchAlgorithmException e) {
            // The first provider is the JDK's, whose word counts.
            Throwable failure = e.getSuppressed().length == 0 ? e : e.getSuppressed()[0];
            if (failure instanceof KeyStoreException && failure.getCause() instanceof IOException broken) {
                // KeyStore.load tells a wrong password from rubbish by the cause.
                boolean wrongPassword = broken.getCause() instanceof UnrecoverableKeyException;
                throw new IllegalArgumentException(
                        file + (wrongPassword ? ": wrong password for the key store" : ": no key store, or broken"),
                        broken);
            }
            throw new IllegalArgumentException(
                    file + ": the key store cannot be used: " + failure.getMessage(), failure);
        }
    }

    /** A provider's store with nothing in it. */
    static KeyStore empty(String type, Provider provider) throws GeneralSecurityException {
        return load(type, provider, null, null);
    }

    private static KeyStore load(String type, Provider provider, byte @Nullable [] content, char @Nullable [] password)
            throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(type, provider);
        try {
            store.load(content == null ? null : new ByteArrayInputStream(content), password);
            return store;
        } catch (IOException e) {
            throw new KeyStoreException("the key store cannot be loaded", e);
        }
    }

    /**
     * The only private key in the store.
     *
     * @throws IllegalArgumentException if there is not exactly one, or the password is wrong
     */
    public static Entry onlyKey(KeyStore store, char[] password) {
        List<String> aliases = keyAliases(store);
        return switch (aliases.size()) {
            case 0 -> throw new IllegalArgumentException("the key store holds no private key");
            case 1 -> key(store, aliases.getFirst(), password);
            default ->
                throw new IllegalArgumentException("the key store holds several private keys, say which: " + aliases);
        };
    }

    /**
     * The private key of that alias.
     *
     * @throws IllegalArgumentException if there is none, or the password is wrong
     */
    public static Entry key(KeyStore store, String alias, char[] password) {
        try {
            Key key = store.getKey(alias, password);
            if (!(key instanceof PrivateKey privateKey)) {
                throw new IllegalArgumentException(
                        "the key store holds no private key '" + alias + "', only " + keyAliases(store));
            }
            Certificate[] chain = store.getCertificateChain(alias);
            List<X509Certificate> certificates = Arrays.stream(chain == null ? new Certificate[0] : chain)
                    .filter(X509Certificate.class::isInstance)
                    .map(X509Certificate.class::cast)
                    .toList();
            return new Entry(privateKey, certificates);
        } catch (UnrecoverableKeyException e) {
            throw new IllegalArgumentException("wrong password for the private key '" + alias + "'", e);
        } catch (GeneralSecurityException e) {
            throw unusable(e);
        }
    }

    private static List<String> keyAliases(KeyStore store) {
        try {
            List<String> aliases = new ArrayList<>();
            for (String alias : Collections.list(store.aliases())) {
                if (store.entryInstanceOf(alias, KeyStore.PrivateKeyEntry.class)) {
                    aliases.add(alias);
                }
            }
            return aliases;
        } catch (KeyStoreException e) {
            throw unusable(e);
        }
    }

    private static IllegalArgumentException unusable(GeneralSecurityException e) {
        return new IllegalArgumentException("the key store cannot be used: " + e.getMessage(), e);
    }
}
