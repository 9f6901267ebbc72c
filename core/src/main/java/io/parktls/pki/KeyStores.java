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
        byte[] content = KeyFiles.read(file);
        Pkcs12Algorithms algorithms = BouncyCastleJars.areFitForPki() ? Pkcs12Algorithms.of(content) : null;
        try {
            // The JDK's PKCS12 reads JKS as well (keystore.type.compat).
            KeyStore store = JcaProviders.first("PKCS12", provider -> load("PKCS12", provider, content, password));
            // The JDK's key store loads a file whose private key it cannot decrypt.
            boolean ofJdk = JcaProviders.isJdk(store.getProvider());
            String unsupported = algorithms == null || !ofJdk ? null : algorithms.unsupported();
            if (unsupported != null) {
                throw new IllegalArgumentException(file + ": the private key cannot be decrypted: " + unsupported);
            }
            return store;
        } catch (NoSuchAlgorithmException e) {
            // The first provider is the JDK's, whose word counts.
            Throwable failure = e.getSuppressed().length == 0 ? e : e.getSuppressed()[0];
            if (failure instanceof KeyStoreException && failure.getCause() instanceof IOException broken) {
                throw new IllegalArgumentException(file + ": " + problem(content, algorithms, broken));
            }
            throw new IllegalArgumentException(
                    file + ": the key store cannot be used: " + Printable.reasons(failure), failure);
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

    /** The JDK says "keystore password was incorrect" of everything that it cannot decrypt, whatever the reason. */
    private static String problem(byte[] content, @Nullable Pkcs12Algorithms algorithms, IOException e) {
        String unsupported = algorithms == null ? null : algorithms.unsupported();
        if (unsupported != null) {
            return "the key store cannot be decrypted: " + unsupported;
        }
        if (hasCause(e, NoSuchAlgorithmException.class)) {
            return "the key store cannot be decrypted: unsupported algorithm";
        }
        // KeyStore.load tells a wrong password from rubbish by the cause.
        if (e.getCause() instanceof UnrecoverableKeyException) {
            return "wrong password for the key store";
        }
        return Secrets.holdsPem(new String(content, StandardCharsets.ISO_8859_1))
                ? "no key store, but PEM: load it with TlsIdentity.pem or TlsTrust.pem"
                : "no key store, or broken: PKCS #12 and JKS can be read";
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
     * The only private key in the store.
     *
     * @throws IllegalArgumentException if there is not exactly one, or the password is wrong
     */
    public static Entry onlyKey(KeyStore store, char[] password) {
        List<String> aliases = keyAliases(store);
        return switch (aliases.size()) {
            case 0 ->
                throw new IllegalArgumentException("the key store holds no private key, only certificates or nothing");
            case 1 -> key(store, aliases.getFirst(), password);
            default ->
                throw new IllegalArgumentException(
                        "the key store holds several private keys: name one of the aliases " + shown(aliases));
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
                throw new IllegalArgumentException("the key store holds no private key '" + Printable.of(alias)
                        + "', only " + shown(keyAliases(store)));
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

    /** Key stores report each failure to decrypt as one to recover the key. */
    private static String problem(String alias, UnrecoverableKeyException e) {
        String key = "the private key '" + Printable.of(alias) + "'";
        boolean unsupported = hasCause(e, NoSuchAlgorithmException.class)
                || hasCause(e, InvalidAlgorithmParameterException.class)
                || String.valueOf(e.getMessage()).startsWith("Private key not stored as PKCS#8");
        if (unsupported) {
            return key + " cannot be decrypted: unsupported algorithm: " + Printable.reasons(e);
        }
        return hasCause(e, InvalidKeySpecException.class)
                ? key + " cannot be read, probably because of its curve or algorithm: " + Printable.reasons(e)
                : "wrong password for " + key;
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

    private static String shown(List<String> aliases) {
        return Printable.of(aliases.toString());
    }

    private static IllegalArgumentException unusable(GeneralSecurityException e) {
        // KeyStoreException is mostly for a store that KeyStore.load has not been called on.
        return new IllegalArgumentException(
                "the key store cannot be used: " + Printable.reasons(e)
                        + (e instanceof KeyStoreException ? " (call KeyStore.load first)" : ""),
                e);
    }
}
