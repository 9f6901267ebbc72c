package io.parktls.sockets.jsse.engine.fuzz;

import io.parktls.sockets.jsse.ParkTlsProvider;
import io.parktls.sockets.jsse.contract.Credentials;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Security;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.jspecify.annotations.Nullable;

/** The implementations of {@code SSLEngine} that the fuzzer connects. */
enum EngineMaker {
    PARKTLS(new ParkTlsProvider()),
    SUNJSSE(Security.getProvider("SunJSSE")),
    BCJSSE(new BouncyCastleJsseProvider(new BouncyCastleProvider()));

    /** BCJSSE logs every handshake and every alert. Kept here, since loggers that nothing refers to are collected. */
    private static final Logger BCJSSE_LOGGER = Logger.getLogger("org.bouncycastle.jsse");

    static {
        BCJSSE_LOGGER.setLevel(Level.OFF);
    }

    private static final Map<Credentials, KeyManager> KEY_MANAGERS = new ConcurrentHashMap<>();

    private final Provider provider;

    EngineMaker(Provider provider) {
        this.provider = provider;
    }

    /** BCJSSE asks for types of keys by names of its own, which only its own key managers know. */
    private KeyManager @Nullable [] keyManagers(Credentials credentials) {
        return this == BCJSSE
                ? new KeyManager[] {KEY_MANAGERS.computeIfAbsent(credentials, this::ownKeyManager)}
                : credentials.keyManagers();
    }

    private KeyManager ownKeyManager(Credentials credentials) {
        try {
            return credentials.keyManager(KeyManagerFactory.getInstance("PKIX", provider));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("cannot create a key manager of " + this, e);
        }
    }

    /** Returns a new context, whose session caches are empty. */
    SSLContext context(Credentials credentials) {
        try {
            SSLContext context = SSLContext.getInstance("TLS", provider);
            context.init(keyManagers(credentials), credentials.trustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new AssertionError("cannot create a context of " + this, e);
        }
    }
}
