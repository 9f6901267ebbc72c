package io.parktls.pki;

import io.parktls.jca.JcaProviders;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Loads key stores, and private keys and certificates from them. */
public final class KeyStores {
    private static final String ADVICE =
            ": create the key store again with supported algorithms, for instance with keytool";

    private KeyStores() {}

    /** A private key and the certificates that were stored with it. */
    public record Entry(PrivateKey key, List<X509Certificate> certificates) {}

    /**
     * Loads a key store of type PKCS #12 or JKS from a file.
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if the file is not a key store, the password is wrong, or an algorithm that
     *     encrypts the store is not supported
     */
    public static KeyStore read(Path file, char[] password) throws IOException {
        return of(file.toString(), KeyFiles.read(file), password);
    }

    /**
     * Loads a key store of type PKCS #12 or JKS from the content of a file.
     *
     * @param file the name of the file in exceptions
     * @param content the content, which is neither kept nor changed
     * @throws IllegalArgumentException if the content is not a key store, the password is wrong, or an algorithm that
     *     encrypts the store is not supported
     */
    public static KeyStore of(String file, byte[] content, char[] password) {
        Pkcs12Algorithms algorithms = BouncyCastleJars.supportPki() ? Pkcs12Algorithms.of(content) : null;
        try {
            // The JDK's type PKCS12 loads JKS files as well (security property keystore.type.compat).
            KeyStore store = JcaProviders.first("PKCS12", provider -> load("PKCS12", provider, content, password));
            // The JDK loads a store without an error even if it cannot decrypt the private key in it.
            boolean ofJdk = JcaProviders.isJdk(store.getProvider());
            String unsupported = algorithms == null || !ofJdk ? null : algorithms.unsupported();
            if (unsupported != null) {
                throw new IllegalArgumentException(
                        file + ": the private key cannot be decrypted: " + unsupported + ADVICE);
            }
            return store;
        } catch (NoSuchAlgorithmException e) {
            // The first suppressed exception is that of the JDK's provider, which gives the most precise reason.
            Throwable failure = e.getSuppressed().length == 0 ? e : e.getSuppressed()[0];
            if (failure instanceof KeyStoreException && failure.getCause() instanceof IOException malformed) {
                throw new IllegalArgumentException(file + ": " + problem(content, algorithms, malformed));
            }
            throw new IllegalArgumentException(
                    file + ": the key store cannot be used: " + Printable.reasons(failure), failure);
        }
    }

    /** Creates an empty key store. */
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
     * Finds the reason for a failure: the JDK reports "keystore password was incorrect" for all failures to decrypt.
     */
    private static String problem(byte[] content, @Nullable Pkcs12Algorithms algorithms, IOException e) {
        String unsupported = algorithms == null ? null : algorithms.unsupported();
        if (unsupported != null) {
            return "the key store cannot be decrypted: " + unsupported + ADVICE;
        }
        if (hasCause(e, NoSuchAlgorithmException.class)) {
            return "the key store cannot be decrypted: unsupported algorithm" + ADVICE;
        }
        // KeyStore.load distinguishes a wrong password from a damaged file by this cause.
        if (e.getCause() instanceof UnrecoverableKeyException) {
            return "wrong password for the key store";
        }
        return Secrets.holdsPem(new String(content, StandardCharsets.ISO_8859_1))
                ? "not a key store, but PEM: load it with TlsIdentity.pem or TlsTrust.pem"
                : "not a key store, or a damaged one: the supported formats are PKCS #12 and JKS";
    }

    private static boolean hasCause(Throwable e, Class<? extends Throwable> type) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns the only private key in a key store, with its certificates.
     *
     * @param password the password of the key
     * @throws IllegalArgumentException if there is not exactly one private key, or the password is wrong
     */
    public static Entry onlyKey(KeyStore store, char[] password) {
        List<String> aliases = keyAliases(store);
        return switch (aliases.size()) {
            case 0 ->
                throw new IllegalArgumentException(
                        "the key store holds no private key: give one that holds the key and its certificates");
            case 1 -> key(store, aliases.getFirst(), password);
            default ->
                throw new IllegalArgumentException(
                        "the key store holds several private keys: choose one of the aliases " + printable(aliases));
        };
    }

    /**
     * Returns the private key of an alias, with its certificates.
     *
     * @param password the password of the key
     * @throws IllegalArgumentException if the alias has no private key, or the password is wrong
     */
    public static Entry key(KeyStore store, String alias, char[] password) {
        try {
            Key key = store.getKey(alias, password);
            if (!(key instanceof PrivateKey privateKey)) {
                throw new IllegalArgumentException("the key store holds no private key '" + Printable.of(alias)
                        + "': the aliases of its private keys are " + printable(keyAliases(store)));
            }
            Certificate[] chain = store.getCertificateChain(alias);
            List<X509Certificate> certificates = Arrays.stream(chain == null ? new Certificate[0] : chain)
                    .filter(X509Certificate.class::isInstance)
                    .map(X509Certificate.class::cast)
                    .toList();
            return new Entry(privateKey, certificates);
        } catch (UnrecoverableKeyException e) {
            throw new IllegalArgumentException(problem(alias, e), e);
        } catch (GeneralSecurityException e) {
            throw unusable(e);
        }
    }

    /** Finds the reason for a failure: key stores throw UnrecoverableKeyException for all failures to decrypt. */
    private static String problem(String alias, UnrecoverableKeyException e) {
        String key = "the private key '" + Printable.of(alias) + "'";
        boolean unsupported = hasCause(e, NoSuchAlgorithmException.class)
                || hasCause(e, InvalidAlgorithmParameterException.class)
                || String.valueOf(e.getMessage()).startsWith("Private key not stored as PKCS#8");
        if (unsupported) {
            return key + " cannot be decrypted: unsupported algorithm: " + Printable.reasons(e);
        }
        return hasCause(e, InvalidKeySpecException.class)
                ? key + " cannot be read, probably because its curve or algorithm is not supported: "
                        + Printable.reasons(e)
                : "wrong password for " + key;
    }

    /**
     * Returns the certificates that are entries of their own, without those of keys.
     *
     * @throws IllegalArgumentException if the key store is not loaded
     */
    public static List<X509Certificate> trustedCertificates(KeyStore store) {
        try {
            List<X509Certificate> certificates = new ArrayList<>();
            for (String alias : Collections.list(store.aliases())) {
                if (store.isCertificateEntry(alias) && store.getCertificate(alias) instanceof X509Certificate entry) {
                    certificates.add(entry);
                }
            }
            return certificates;
        } catch (KeyStoreException e) {
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

    private static String printable(List<String> aliases) {
        return Printable.of(aliases.toString());
    }

    private static IllegalArgumentException unusable(GeneralSecurityException e) {
        // The usual reason for a KeyStoreException is a missing call of KeyStore.load.
        return new IllegalArgumentException(
                "the key store cannot be used: " + Printable.reasons(e)
                        + (e instanceof KeyStoreException ? " (call KeyStore.load first)" : ""),
                e);
    }
}
