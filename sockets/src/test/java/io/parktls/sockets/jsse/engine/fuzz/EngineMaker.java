package io.parktls.sockets.jsse.engine.fuzz;

import io.parktls.sockets.jsse.ParkTlsProvider;
import io.parktls.sockets.jsse.contract.Credentials;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Security;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;

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

    private final Provider provider;

    EngineMaker(Provider provider) {
        this.provider = provider;
    }

    /** Returns a new context, whose session caches are empty. */
    SSLContext context(Credentials credentials) {
        try {
            SSLContext context = SSLContext.getInstance("TLS", provider);
            context.init(credentials.keyManagers(), credentials.trustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new AssertionError("cannot create a context of " + this, e);
        }
    }
}
