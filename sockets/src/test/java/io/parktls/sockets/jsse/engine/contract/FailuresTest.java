package io.parktls.sockets.jsse.engine.contract;

import static io.parktls.sockets.jsse.engine.contract.ClosingTest.wrapsToTheEnd;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.established;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.fact;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.unused;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.sockets.jsse.contract.Credentials;
import io.parktls.sockets.jsse.contract.Observed;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Handshakes and records that fail: the exception, the alert to the peer, and the state afterwards. */
final class FailuresTest {
    private static final int MOST_CALLS = 100;

    private static final String NAMED = "names the alert";

    /** The messages of alerts; the exception of the end that receives an alert has one of them. */
    private static final List<String> ALERTS = List.of(
            "handshake_failure",
            "bad_certificate",
            "certificate_unknown",
            "unknown_ca",
            "protocol_version",
            "no_application_protocol",
            "certificate_required",
            "unexpected_message",
            "bad_record_mac",
            "internal_error",
            "insufficient_security",
            "illegal_parameter",
            "unrecognized_name",
            "decode_error",
            "record_overflow");

    /** The exceptions for a record whose authentication fails. */
    private static final String ALTERED = "SSLException|SSLProtocolException|SSLHandshakeException";

    /** Attempts of a handshake that fails at one end. */
    private interface Attempt {
        EngineSession of(EngineSubject subject) throws Exception;
    }

    private static final Attempt UNKNOWN_CA = s -> s.pair()
            .serverHas(Credentials.of(TestPki.unknownCa(KeyKind.ECDSA_P256)))
            .attempted();

    private static final Attempt WRONG_HOST = s -> s.pair()
            .host("other.test")
            .clientParameters(p -> p.setEndpointIdentificationAlgorithm("HTTPS"))
            .attempted();

    private static final Attempt NO_VERSION = s -> s.pair()
            .server(engine -> engine.setEnabledProtocols(
                    new String[] {s.version().equals(EngineContract.TLS12) ? EngineContract.TLS13 : EngineContract.TLS12
                    }))
            .attempted();

    private static final Attempt NO_SUITE = s -> s.pair()
            .clientParameters(p -> p.setCipherSuites(suites("AES_128_GCM_SHA256")))
            .serverParameters(p -> p.setCipherSuites(suites("AES_256_GCM_SHA384")))
            .attempted();

    private static final Attempt NO_CERTIFICATE =
            s -> s.pair().server(engine -> engine.setNeedClientAuth(true)).attempted();

    private static String[] suites(String cipher) {
        return new String[] {"TLS_" + cipher, "TLS_ECDHE_ECDSA_WITH_" + cipher};
    }

    @TestFactory
    Stream<DynamicNode> handshakes() {
        List<EngineFact> facts = new ArrayList<>();
        facts.addAll(rejections("an unknown authority", UNKNOWN_CA, Role.CLIENT));
        facts.addAll(rejections("the wrong host", WRONG_HOST, Role.CLIENT));
        facts.addAll(rejections("no common version", NO_VERSION, Role.SERVER));
        facts.addAll(rejections("no common cipher suite", NO_SUITE, Role.SERVER));
        facts.addAll(rejections("no certificate of the client", NO_CERTIFICATE, Role.SERVER));
        return EngineContract.ofAllPairs(facts);
    }

    /** Facts about the end that refuses the other one, and about the other one. */
    private static List<EngineFact> rejections(String reason, Attempt attempt, Role refusing) {
        Role other = refusing == Role.CLIENT ? Role.SERVER : Role.CLIENT;
        return List.of(
                fact(
                                reason + ": the refusal",
                                s -> s.once(attempt, () -> attempt.of(s))
                                        .tested()
                                        .failure(),
                                "SSLHandshakeException")
                        .as(refusing),
                fact(
                                reason + ": the refusing end is closed",
                                s -> {
                                    End end =
                                            s.once(attempt, () -> attempt.of(s)).tested();
                                    return end.engine.isInboundDone() + " " + end.engine.isOutboundDone() + " "
                                            + end.engine.getHandshakeStatus() + " "
                                            + CheckedCalls.text(end.wrap());
                                },
                                "true true NOT_HANDSHAKING CLOSED 0 0")
                        .as(refusing),
                fact(
                                reason + ": the refused end learns of it",
                                s -> s.once(attempt, () -> attempt.of(s))
                                        .tested()
                                        .failure(),
                                "SSLHandshakeException")
                        .as(other),
                fact(
                                reason + ": the refused end names the alert",
                                s -> namesAlert(s.once(attempt, () -> attempt.of(s))
                                        .tested()
                                        .failure()),
                                NAMED)
                        .as(other),
                fact(
                                reason + ": the refused end is closed",
                                s -> {
                                    End end =
                                            s.once(attempt, () -> attempt.of(s)).tested();
                                    return end.engine.isInboundDone() + " " + wrapsToTheEnd(end) + " "
                                            + end.engine.isOutboundDone();
                                },
                                "true CLOSED true")
                        .as(other));
    }

    /** Returns the message of a failure if it names no alert. */
    private static String namesAlert(@Nullable Exception failure) {
        String message = failure == null ? "no failure" : String.valueOf(failure.getMessage());
        return ALERTS.stream().anyMatch(message.toLowerCase(Locale.ROOT)::contains) ? NAMED : message;
    }

    @TestFactory
    Stream<DynamicNode> garbage() {
        return EngineContract.ofBothRoles(List.of(
                unused(
                        "HTTP instead of a handshake",
                        session -> firstBytes(session, "GET / HTTP/1.1\r\nHost: example.test\r\n\r\n"),
                        "SSLException|SSLHandshakeException"),
                unused(
                        "zeros instead of a handshake",
                        session -> firstBytes(session, "\0".repeat(100)),
                        "SSLException|SSLHandshakeException"),
                unused(
                        "a record of an unknown type",
                        session -> firstBytes(session, "\u0063\3\3\0\1\0"),
                        "SSLException|SSLHandshakeException"),
                unused(
                        "a record that is too long",
                        session -> firstBytes(session, "\u0016\3\3\u00ff\u00ff" + "\0".repeat(65_535)),
                        "SSLException|SSLProtocolException|SSLHandshakeException"),
                unused(
                        "data instead of a handshake",
                        session -> firstBytes(session, "\u0017\3\3\0\1\0"),
                        "SSLException|SSLProtocolException|SSLHandshakeException"),
                unused(
                        "an unknown handshake message",
                        session -> firstBytes(session, "\u0016\3\3\0\4\u0063\0\0\0"),
                        "SSLException|SSLProtocolException|SSLHandshakeException"),
                unused(
                        "an alert instead of a handshake",
                        session -> firstBytes(session, "\u0015\3\3\0\2\2\u0028"),
                        "SSLException|SSLHandshakeException"),
                unused(
                                "an alert instead of a handshake is named",
                                session -> {
                                    firstBytes(session, "\u0015\3\3\0\2\2\u0028");
                                    return namesAlert(session.tested().failure());
                                },
                                NAMED)
                        .as(Role.CLIENT),
                unused(
                                "an alert instead of a ClientHello is named",
                                session -> {
                                    firstBytes(session, "\u0015\3\3\0\2\2\u0028");
                                    return namesAlert(session.tested().failure());
                                },
                                NAMED)
                        .as(Role.SERVER)
                        .ours(
                                "the peer sent a record of type 21 instead of a ClientHello",
                                "a server expects a ClientHello first, as libssl does; an alert is unexpected_message"),
                unused(
                        "garbage: the engine comes to its end",
                        session -> {
                            firstBytes(session, "\0".repeat(100));
                            return wrapsToTheEnd(session.tested()).endsWith("CLOSED") + " "
                                    + session.engine().isOutboundDone() + " "
                                    + session.engine().isInboundDone();
                        },
                        "true true true")));
    }

    /** Lets the first bytes arrive and returns how the engine fails. */
    private static String firstBytes(EngineSession session, String bytes) throws SSLException {
        session.engine().beginHandshake();
        while (session.tested().step()) {
            // A client sends its hello, which the peer does not read.
        }
        session.tested().arrive(bytes.getBytes(ISO_8859_1));
        while (session.tested().failure() == null && session.tested().step()) {
            // The tested end reads the bytes, perhaps in several steps.
        }
        return Observed.text(session.tested().failure());
    }

    @TestFactory
    Stream<DynamicNode> beforeFinishedIsReported() {
        return EngineContract.ofBothRoles(List.of(fact(
                        "a fatal alert that is read before the wrap that reports FINISHED",
                        s -> {
                            EngineSession session = s.pair()
                                    .clientHas(Credentials.CLIENT)
                                    .server(engine -> engine.setNeedClientAuth(true))
                                    .connect();
                            readAlertAtTheEndOfTheHandshake(session);
                            String end = wrapsToTheEnd(session.server());
                            return end.endsWith("CLOSED") + " "
                                    + session.server().engine.getHandshakeStatus();
                        },
                        "true NOT_HANDSHAKING")
                .as(Role.SERVER)
                .in("TLSv1.3")));
    }

    /** Lets the client fail as soon as it is done, and the server read its last flight and the alert without a wrap. */
    private static void readAlertAtTheEndOfTheHandshake(EngineSession session) throws SSLException {
        session.begin();
        while (session.client().count(HandshakeStatus.FINISHED) == 0) {
            if (!session.client().step()) {
                session.server().step();
            }
        }
        session.client().arrive(("\u0017\3\3\0\100" + "\0".repeat(64)).getBytes(ISO_8859_1));
        while (session.client().step()) {
            // The client refuses the record and sends the alert.
        }
        End server = session.server();
        for (int calls = 0; calls < MOST_CALLS && server.failure() == null && !server.engine.isInboundDone(); calls++) {
            if (server.runTasks() == 0) {
                try {
                    server.unwrap();
                } catch (SSLException e) {
                    return;
                }
            }
        }
        throw new AssertionError("the alert does not arrive");
    }

    @TestFactory
    Stream<DynamicNode> records() {
        return EngineContract.ofBothRoles(List.of(
                established("an altered byte", session -> failureOf(session, -1), ALTERED),
                established("an altered type", session -> failureOf(session, 0), "SSLException|SSLProtocolException"),
                established(
                        "an altered byte: no data comes out",
                        session -> {
                            failureOf(session, -1);
                            return session.tested().received();
                        },
                        ""),
                established(
                        "an altered byte: wrap has the alert",
                        session -> {
                            failureOf(session, -1);
                            HandshakeStatus status = session.engine().getHandshakeStatus();
                            SSLEngineResult result = session.tested().wrap();
                            return status + " " + result.getStatus() + " " + (result.bytesProduced() > 0) + ", then "
                                    + CheckedCalls.text(session.tested().wrap());
                        },
                        "NEED_WRAP CLOSED true, then CLOSED 0 0"),
                established(
                        "an altered byte: wrap takes no data",
                        session -> {
                            failureOf(session, -1);
                            ByteBuffer data = ByteBuffer.allocate(10);
                            session.tested().wrap(data);
                            session.tested().wrap(data);
                            return data.position();
                        },
                        0),
                established(
                        "an altered byte: the peer's exception names bad_record_mac",
                        session -> {
                            failureOf(session, -1);
                            session.pump();
                            Exception failure = session.peer().failure();
                            return failure instanceof SSLException
                                    && String.valueOf(failure.getMessage()).contains("bad_record_mac");
                        },
                        true),
                established(
                        "an altered byte: unwrap afterwards",
                        session -> {
                            failureOf(session, -1);
                            session.tested().arrive(session.peer().records("more"));
                            try {
                                return CheckedCalls.text(session.tested().unwrap());
                            } catch (SSLException e) {
                                return "SSLException";
                            }
                        },
                        "CLOSED 0 0|SSLException"),
                established(
                        "an altered byte: both directions end",
                        session -> {
                            failureOf(session, -1);
                            session.pump();
                            return session.engine().isInboundDone() + " "
                                    + session.engine().isOutboundDone() + " "
                                    + session.engine().getHandshakeStatus();
                        },
                        "true true NOT_HANDSHAKING"),
                established(
                        "a record twice",
                        session -> {
                            byte[] record = session.peer().records("data");
                            session.tested().arrive(record);
                            session.tested().unwrap();
                            session.tested().arrive(record);
                            return session.tested().unwrap();
                        },
                        ALTERED),
                established(
                        "a lost record",
                        session -> {
                            session.peer().records("lost");
                            session.tested().arrive(session.peer().records("data"));
                            return session.tested().unwrap();
                        },
                        ALTERED),
                established(
                        "the peer's exception names the alert in both directions",
                        session -> {
                            byte[] record = session.tested().records("data");
                            record[record.length - 1] ^= 1;
                            session.peer().arrive(record);
                            session.pump();
                            return namesAlert(session.tested().failure());
                        },
                        NAMED)));
    }

    /** Alters a byte of a record of the peer; a negative index counts from the end. Returns how unwrap fails. */
    private static String failureOf(EngineSession session, int index) throws SSLException {
        byte[] record = session.peer().records("data");
        record[Math.floorMod(index, record.length)] ^= 1;
        session.tested().arrive(Arrays.copyOf(record, record.length));
        try {
            return CheckedCalls.text(session.tested().unwrap());
        } catch (SSLException e) {
            session.tested().failures.add(e);
            return Observed.text(e);
        }
    }

    @TestFactory
    Stream<DynamicNode> defaults() {
        return EngineContract.ofBothRoles(List.of(fact(
                        "without an identification algorithm the host is not verified",
                        s -> s.pair()
                                .host("other.test")
                                .clientParameters(FailuresTest::noAlgorithm)
                                .established()
                                .sendAndReceive("data"),
                        "data")
                .as(Role.CLIENT)));
    }

    private static void noAlgorithm(SSLParameters parameters) {
        if (parameters.getEndpointIdentificationAlgorithm() != null) {
            throw new AssertionError("an algorithm by default: " + parameters.getEndpointIdentificationAlgorithm());
        }
    }
}
