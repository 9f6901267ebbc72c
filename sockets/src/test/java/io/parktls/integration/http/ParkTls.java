package io.parktls.integration.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.sockets.jsse.ParkTlsProvider;
import javax.net.ssl.SSLContext;

/** Assertions that ParkTLS, and not the JDK, did the TLS of a connection. */
final class ParkTls {
    private ParkTls() {}

    /** Asserts that ParkTLS provides the context. */
    static void assertProvides(SSLContext context) {
        assertEquals(ParkTlsProvider.NAME, context.getProvider().getName());
    }

    /** Asserts that an object that a connection exposes, its socket or its session, is an object of ParkTLS. */
    static void assertMade(Object socketOrSession) {
        assertMade(socketOrSession.getClass().getName());
    }

    /** Asserts that a class is a class of ParkTLS. */
    static void assertMade(String className) {
        assertTrue(className.startsWith("io.parktls.sockets."), className);
    }
}
