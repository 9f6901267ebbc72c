package io.parktls.sockets.jsse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.parktls.sockets.jsse.contract.Implementation;
import java.security.GeneralSecurityException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSessionContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the system properties of sessions: ParkTLS reads those of the JDK with each new context. */
final class SessionPropertiesTest {
    private interface Use {
        void run() throws Exception;
    }

    private static void with(String property, String value, Use use) throws Exception {
        System.setProperty(property, value);
        try {
            use.run();
        } finally {
            System.clearProperty(property);
        }
    }

    private static SSLSessionContext clientSessions(Implementation implementation) throws GeneralSecurityException {
        SSLContext context = implementation.newContext("TLS");
        context.init(null, null, null);
        return context.getClientSessionContext();
    }

    @ParameterizedTest
    @EnumSource(names = {"JDK", "PARKTLS"})
    void defaults(Implementation implementation) throws Exception {
        SSLSessionContext sessions = clientSessions(implementation);
        assertEquals(20_480, sessions.getSessionCacheSize());
        assertEquals(86_400, sessions.getSessionTimeout());
        assertFalse(sessions.getIds().hasMoreElements());
    }

    @ParameterizedTest
    @CsvSource({"JDK,7,7", "PARKTLS,7,7", "JDK,0,0", "PARKTLS,0,0", "JDK,-1,20480", "PARKTLS,-1,20480"})
    void cacheSize(Implementation implementation, String value, int expected) throws Exception {
        with(
                "javax.net.ssl.sessionCacheSize",
                value,
                () -> assertEquals(expected, clientSessions(implementation).getSessionCacheSize()));
    }

    @ParameterizedTest
    @CsvSource({
        "JDK,7,7",
        "PARKTLS,7,7",
        "JDK,604800,604800",
        "PARKTLS,604800,604800",
        "JDK,604801,86400",
        "PARKTLS,604801,86400",
        "JDK,-1,86400",
        "PARKTLS,-1,86400",
        "JDK,day,86400",
        "PARKTLS,day,86400"
    })
    void timeout(Implementation implementation, String value, int expected) throws Exception {
        with(
                "jdk.tls.server.sessionTicketTimeout",
                value,
                () -> assertEquals(expected, clientSessions(implementation).getSessionTimeout()));
    }

    private static SessionContext.Tickets tickets() {
        SessionContext context = new SessionContext();
        context.applySystemProperties();
        return context.tickets();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "10"})
    void ticketCount(String value) throws Exception {
        with(
                "jdk.tls.server.newSessionTicketCount",
                value,
                () -> assertEquals(new SessionContext.Tickets(Integer.valueOf(value), null), tickets()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "11", "many", ""})
    void ticketCountOutOfRange(String value) throws Exception {
        with(
                "jdk.tls.server.newSessionTicketCount",
                value,
                () -> assertEquals(SessionContext.Tickets.DEFAULTS, tickets()));
    }

    @Test
    void lifetimeOfTickets() {
        SessionContext context = new SessionContext();
        assertEquals(SessionContext.Tickets.DEFAULTS, context.tickets());
        context.setSessionTimeout(60);
        assertEquals(Duration.ofMinutes(1), context.tickets().lifetime());
        context.setSessionTimeout(0);
        assertEquals(Duration.ofDays(7), context.tickets().lifetime());
        context.setSessionTimeout(Integer.MAX_VALUE);
        assertEquals(Duration.ofDays(7), context.tickets().lifetime());
    }
}
