package io.parktls.resumption;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.Logged;
import io.parktls.TlsTicketKeys;
import io.parktls.TlsVersion;
import io.parktls.session.ClientSession;
import io.parktls.session.SessionState;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Neither secrets nor tickets occur in descriptions, in the log, or in exceptions. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SecretsInMessagesTest {
    /** Keys whose failures quote the ticket or the state, and so the secret in it. */
    private static final class Quoting extends PlainKeys {
        private boolean fails;

        @Override
        public byte[] seal(byte[] state, byte[] associatedData, Instant now) {
            return fails ? fail(state) : super.seal(state, associatedData, now);
        }

        @Override
        public Opened open(byte[] ticket, byte[] associatedData, Instant now) {
            return fails ? new Opened(Opened.Result.OPENED, fail(ticket)) : super.open(ticket, associatedData, now);
        }

        private static byte[] fail(byte[] bytes) {
            throw new IllegalStateException("cannot process " + HexFormat.of().formatHex(bytes));
        }
    }

    private static void assertAbsent(byte[] secret, String text) {
        byte[] part = Arrays.copyOf(secret, Math.min(secret.length, 12));
        String lower = text.toLowerCase(Locale.ROOT);
        assertFalse(lower.contains(HexFormat.of().formatHex(part)), text);
        assertFalse(lower.contains(HexFormat.ofDelimiter(" ").formatHex(part)), text);
        assertFalse(text.contains(Base64.getEncoder().encodeToString(part)), text);
        String list = Arrays.toString(part);
        assertFalse(text.contains(list.substring(1, list.length() - 1)), text);
    }

    private static String trace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    @ParameterizedTest
    @EnumSource
    void inDescriptions(TlsVersion version) throws IOException {
        Endpoints ends = new Endpoints(version).server(builder -> builder.ticketKeys(new PlainKeys()));
        Endpoints.Connection connection = ends.start();
        ClientSession session = ends.sessions().getFirst();
        TlsTicketKeys.Opened opened =
                ends.server.ticketKeys().open(session.ticket(), new byte[0], ends.serverClock.instant());
        List<Object> all = new ArrayList<>(List.of(
                session,
                SessionState.decode(session.ticket()),
                opened,
                ends.cache(),
                ends.cache().store().copies(),
                ends.client,
                ends.server,
                ends.server.sessionStatistics(),
                TlsTicketKeys.perProcess(),
                TlsTicketKeys.shared(Arrays.copyOf(session.secret(), 32)),
                connection.session(),
                connection.client().engine(),
                connection.server().engine()));
        for (Object described : all) {
            assertAbsent(session.secret(), described.toString());
            assertAbsent(session.ticket(), described.toString());
        }
    }

    @ParameterizedTest
    @EnumSource
    void inTheLogAndInExceptions(TlsVersion version) throws SSLException {
        Quoting keys = new Quoting();
        Endpoints ends = new Endpoints(version).server(builder -> builder.ticketKeys(keys));
        List<byte[]> secrets = new ArrayList<>();
        StringBuilder texts = new StringBuilder();
        try (Logged log = Logged.everything()) {
            ends.start();
            note(ends, secrets);
            keys.fails = true;
            ends.connect();
            keys.fails = false;
            ends.cache().clear();
            ends.start();
            note(ends, secrets);
            ends.alterSessions(session -> {
                session.secret()[0] ^= 1;
                return session;
            });
            texts.append(trace(assertThrows(SSLException.class, ends::connect)));
            ends.cache().clear();
            ends.start();
            note(ends, secrets);
            ends.alterTickets(ticket -> Arrays.copyOf(ticket, ticket.length / 2));
            ends.connect();
            assertTrue(log.toString().contains("ticket keys failed"), log::toString);
            texts.append(log);
        }
        for (byte[] secret : secrets) {
            assertAbsent(secret, texts.toString());
        }
    }

    private static void note(Endpoints ends, List<byte[]> secrets) {
        for (ClientSession session : ends.sessions()) {
            secrets.add(session.secret().clone());
            secrets.add(session.ticket());
        }
    }
}
