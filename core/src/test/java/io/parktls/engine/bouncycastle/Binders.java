package io.parktls.engine.bouncycastle;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import org.bouncycastle.tls.TlsPSK;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.CryptoHashAlgorithm;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.TlsSecret;

/**
 * Computes binders (RFC 8446 4.2.11.2) as the engine does: with its keys, and with functions of Bouncy Castle that are
 * not public.
 */
public final class Binders {
    static final int SHA256 = CryptoHashAlgorithm.sha256;

    private final RoutedCrypto crypto = new RoutedCrypto(new SecureRandom());
    private final TlsSecret earlySecret;

    Binders(OfferedKey key) {
        try {
            Method method = TlsUtils.class.getDeclaredMethod("getPSKEarlySecret", TlsCrypto.class, TlsPSK.class);
            earlySecret = (TlsSecret) call(method, crypto, key);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the binder of a ticket with SHA-256. */
    public static byte[] ofTicket(byte[] ticket, byte[] secret, byte[] truncatedHello) {
        RoutedCrypto crypto = new RoutedCrypto(new SecureRandom());
        return new Binders(OfferedKey.ofTicket(crypto, ticket, secret, SHA256, 0)).binder(sha256(truncatedHello));
    }

    TlsSecret earlySecret() {
        return earlySecret;
    }

    /** Returns the binder over the hash of a truncated ClientHello. */
    byte[] binder(byte[] hash) {
        try {
            Method method = TlsUtils.class.getDeclaredMethod(
                    "calculatePSKBinder", TlsCrypto.class, boolean.class, int.class, TlsSecret.class, byte[].class);
            // Bouncy Castle takes each key for an external one.
            return (byte[]) call(method, crypto, true, SHA256, earlySecret, hash);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static Object call(Method method, Object... arguments) throws ReflectiveOperationException {
        method.setAccessible(true);
        try {
            return method.invoke(null, arguments);
        } catch (InvocationTargetException e) {
            throw new AssertionError(e.getCause());
        }
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
