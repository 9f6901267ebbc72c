package io.parktls.integration.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.sockets.jsse.ParkTlsProvider;
import java.security.Provider;
import java.security.Security;
import javax.net.ssl.SSLContext;

/** Assertions that ParkTLS, and not the JDK, did the TLS of a connection. */
final class ParkTls {
    private ParkTls() {}

    /** Asserts that ParkTLS provides the context. */
    static void assertProvides(SSLContext context) {
        if (isRegistered()) {
            assertEquals(ParkTlsProvider.NAME, context.getProvider().getName());
        }
    }

    /** Asserts that an object that a connection exposes, its socket or its session, is an object of ParkTLS. */
    static void assertMade(Object socketOrSession) {
        assertMade(socketOrSession.getClass().getName());
    }

    /** Asserts that a class is a class of ParkTLS. */
    static void assertMade(String className) {
        if (isRegistered()) {
            assertTrue(className.startsWith("io.parktls."), className);
        }
    }

    /** Returns whether the provider has its services. TODO: remove it and its uses when the provider is complete. */
    static boolean isRegistered() {
        Provider provider = new ParkTlsProvider();
        return provider.getService("SSLContext", "TLS") != null && Security.getProviders().length > 0;
    }
}
