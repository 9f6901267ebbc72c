package io.parktls.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TlsAlert;
import io.parktls.TlsLimits;
import io.parktls.TlsProtocolException;
import io.parktls.TlsStatus;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that records without application data are accepted over the life of a connection, but a flood is not. */
class FloodBudgetTest {
    private static final long SECOND = 1_000_000_000;
    private static final int CAP = TlsLimits.DEFAULT.recordsWithoutData();

    /** The number of records in the life of a connection, well above each limit on records in a row. */
    private static final int LIFE = 5_000;

    /** The kinds of records without application data, and how many of each kind are accepted in a row. */
    enum Kind {
        EMPTY_RECORD(CAP) {
            @Override
            void arrive(RecordPair.End end) {
                end.forge(ContentType.APPLICATION_DATA);
            }
        },
        PADDED_EMPTY_RECORD(CAP) {
            @Override
            void arrive(RecordPair.End end) {
                end.forgePadded(ContentType.APPLICATION_DATA, new byte[0], 1_000);
            }
        },
        KEY_UPDATE(CAP) {
            @Override
            void arrive(RecordPair.End end) {
                end.forge(ContentType.HANDSHAKE, HandshakeMessage.keyUpdate(false));
                end.forgerUpdatesKey();
            }
        },
        KEY_UPDATE_REQUEST(CAP) {
            @Override
            void arrive(RecordPair.End end) {
                end.forge(ContentType.HANDSHAKE, HandshakeMessage.keyUpdate(true));
                end.forgerUpdatesKey();
            }
        },
        USER_CANCELED(CAP) {
            @Override
            void arrive(RecordPair.End end) {
                end.forge(ContentType.ALERT, (byte) 1, (byte) TlsAlert.USER_CANCELED.code());
            }
        },
        WARNING_IN_TLS12(CAP) {
            @Override
            void arrive(RecordPair.End end) {
                end.forge(ContentType.ALERT, (byte) 1, (byte) TlsAlert.UNRECOGNIZED_NAME.code());
            }
        },
        NO_RENEGOTIATION_IN_TLS12(CAP) {
            @Override
            void arrive(RecordPair.End end) {
                end.forge(ContentType.ALERT, (byte) 1, (byte) TlsAlert.NO_RENEGOTIATION.code());
            }
        },
        HELLO_REQUEST_IN_TLS12(CAP) {
            @Override
            void arrive(RecordPair.End end) {
                end.forge(ContentType.HANDSHAKE, new byte[4]);
            }
        },
        SMALL_TICKET(CAP * FloodBudget.RECORD) {
            @Override
            void arrive(RecordPair.End end) {
                end.forge(ContentType.HANDSHAKE, PostHandshakeTest.ticket(200));
            }
        },
        LONG_TICKET(CAP * FloodBudget.RECORD / 9) {
            @Override
            void arrive(RecordPair.End end) {
                end.forge(ContentType.HANDSHAKE, PostHandshakeTest.ticket(4_096));
            }
        };

        /** The number of records in a row that are accepted. */
        final int burst;

        Kind(int burst) {
            this.burst = burst;
        }

        abstract void arrive(RecordPair.End end);

        RecordPair.End end(long[] now) {
            boolean tls12 = name().endsWith("TLS12");
            return new RecordPair(tls12 ? RecordPair.TLS12 : RecordPair.TLS13, TlsLimits.DEFAULT, () -> now[0]).client;
        }
    }

    /** Receives one record, and discards replies. */
    private static void take(Kind kind, RecordPair.End end) throws SSLException {
        kind.arrive(end);
        end.assertNothing();
        end.layer.reply(end.out);
        end.out.clear();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("H10 a flood of records of any kind is refused after a bounded number")
    void floodsEnd(Kind kind) throws SSLException {
        RecordPair.End end = kind.end(new long[1]);
        for (int i = 0; i < kind.burst; i++) {
            take(kind, end);
        }
        kind.arrive(end);
        assertFlood(end);
    }

    private static void assertFlood(RecordPair.End end) {
        TlsProtocolException failure = assertThrows(TlsProtocolException.class, end::assertNothing);
        assertEquals(TlsAlert.UNEXPECTED_MESSAGE, failure.alert().orElseThrow());
        assertTrue(end.layer.hasReply(), "the alert is pending");
    }

    /** The events that refill the budget, and by how many records. */
    enum Progress {
        DATA_READ(1) {
            @Override
            void make(RecordPair.End end, long[] now) throws SSLException {
                end.forge(ContentType.APPLICATION_DATA, (byte) 7);
                assertArrayEquals(new byte[] {7}, end.readAll());
            }
        },
        DATA_SENT(1) {
            @Override
            void make(RecordPair.End end, long[] now) throws SSLException {
                assertEquals(TlsStatus.OK, end.write((byte) 1));
                end.out.clear();
            }
        },
        TIME(1) {
            @Override
            void make(RecordPair.End end, long[] now) {
                now[0] += SECOND;
            }
        },
        AN_HOUR(CAP) {
            @Override
            void make(RecordPair.End end, long[] now) {
                now[0] += 3_600 * SECOND;
            }
        };

        final int records;

        Progress(int records) {
            this.records = records;
        }

        abstract void make(RecordPair.End end, long[] now) throws SSLException;
    }

    static Stream<Arguments> connections() {
        return Stream.of(Kind.values())
                .flatMap(kind -> Stream.of(Progress.values()).map(progress -> Arguments.of(kind, progress)));
    }

    @ParameterizedTest
    @MethodSource("connections")
    @Tag("H17")
    @DisplayName("H17 any number of records over the life of a connection is accepted if progress is made between them")
    void longConnectionsAreAccepted(Kind kind, Progress progress) throws SSLException {
        // The time overflows during the test.
        long[] now = {Long.MAX_VALUE - 10 * SECOND};
        RecordPair.End end = kind.end(now);
        // After an hour a whole burst is accepted again, so an hour stands for many records of the connection's life.
        for (int taken = 0; taken < LIFE; taken += progress.records) {
            for (int n = 0; n < progress.records; n++) {
                take(kind, end);
            }
            progress.make(end, now);
        }
    }

    @Test
    @Tag("H17")
    @DisplayName("H17 records that arrive late are covered by the data sent in the meantime")
    void lateAnswersAreNotAFlood() throws SSLException {
        long[] now = {0};
        RecordPair.End end = Kind.KEY_UPDATE_REQUEST.end(now);
        for (int i = 0; i < LIFE; i++) {
            end.write((byte) 1);
            end.out.clear();
        }
        for (int i = 0; i < LIFE + CAP; i++) {
            take(Kind.KEY_UPDATE_REQUEST, end);
        }
        Kind.KEY_UPDATE_REQUEST.arrive(end);
        assertFlood(end);
    }

    @Test
    @DisplayName("H10 the budget that sent data earns is bounded")
    void earnedBudgetIsLimited() {
        FloodBudget budget = new FloodBudget(CAP, () -> 0);
        for (int i = 0; i < 3 * FloodBudget.MAX_EARNED; i++) {
            budget.sentData();
        }
        int passed = 0;
        while (budget.spend(FloodBudget.RECORD)) {
            passed++;
        }
        assertEquals(FloodBudget.MAX_EARNED + CAP, passed);
    }

    @Test
    @Tag("H17")
    @DisplayName("H17 answers to this side's KeyUpdates cost nothing, regardless of their number and delay")
    void answersAreFree() throws SSLException {
        RecordPair.End end = Kind.KEY_UPDATE.end(new long[1]);
        for (int i = 0; i < LIFE; i++) {
            end.layer.updateKeys(true);
            assertEquals(TlsStatus.OK, end.layer.reply(end.out));
            end.out.clear();
        }
        for (int i = 0; i < LIFE + CAP; i++) {
            take(Kind.KEY_UPDATE, end);
        }
        Kind.KEY_UPDATE.arrive(end);
        assertFlood(end);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 40, 300, 500})
    @Tag("H17")
    @DisplayName("H17 several session tickets at once are accepted, in separate records or in a single one")
    void ticketsInABurst(int tickets) throws SSLException {
        RecordPair.End each = Kind.SMALL_TICKET.end(new long[1]);
        RecordPair.End together = Kind.SMALL_TICKET.end(new long[1]);
        byte[] all = {};
        for (int i = 0; i < tickets; i++) {
            byte[] ticket = PostHandshakeTest.ticket(200);
            each.forge(ContentType.HANDSHAKE, ticket);
            each.assertNothing();
            if (all.length + ticket.length > RecordFormat.MAX_CONTENT) {
                together.forge(ContentType.HANDSHAKE, all);
                together.assertNothing();
                all = new byte[] {};
            }
            all = RecordPair.concat(all, ticket);
        }
        together.forge(ContentType.HANDSHAKE, all);
        together.assertNothing();
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 512, 2_000})
    @Tag("H17")
    @DisplayName("H17 the longest ticket is accepted in records of the smallest size that a peer can request")
    void aLongTicketInFragments(int fragment) throws SSLException {
        RecordPair.End end = Kind.SMALL_TICKET.end(new long[1]);
        byte[] ticket = PostHandshakeTest.ticket(TlsLimits.DEFAULT.handshakeMessageSize() - 100);
        for (int at = 0; at < ticket.length; at += fragment) {
            end.forge(ContentType.HANDSHAKE, Arrays.copyOfRange(ticket, at, Math.min(ticket.length, at + fragment)));
            end.assertNothing();
        }
    }
}
