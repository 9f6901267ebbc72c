package io.parktls.sockets.jsse.engine.contract;

import static io.parktls.sockets.jsse.engine.contract.ClosingTest.wrapsToTheEnd;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.fact;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.unused;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Both ends close an engine after each step of its handshake, and while a task is outstanding. */
final class ClosingAmidHandshakesTest {
    /** A handshake in lockstep has fewer steps. */
    private static final int MOST_STEPS = 30;

    @TestFactory
    Stream<DynamicNode> afterEachStep() {
        return EngineContract.ofBothRoles(List.of(
                fact(
                        "closeOutbound() after each step: wrap comes to its end",
                        s -> closings(s).stream()
                                .filter(closing -> !closing.end().endsWith("CLOSED") || !closing.done())
                                .toList(),
                        "[]"),
                fact(
                        "closeOutbound() after each step: the peer learns of it if it has begun",
                        s -> closings(s).stream()
                                .filter(closing -> closing.steps() > 1 && !closing.peerLearns())
                                .toList(),
                        "[]"),
                fact(
                        "closeInbound() after each step throws",
                        s -> {
                            List<String> wrong = new ArrayList<>();
                            for (int steps = 1; steps < MOST_STEPS; steps++) {
                                EngineSession session = s.pair().connect();
                                boolean over = advance(session, steps);
                                try {
                                    session.engine().closeInbound();
                                    wrong.add(steps + " returns");
                                } catch (SSLException e) {
                                    if (!session.engine().isInboundDone()) {
                                        wrong.add(steps + " is not done");
                                    }
                                }
                                session.engine().closeOutbound();
                                if (!wrapsToTheEnd(session.tested()).endsWith("CLOSED")) {
                                    wrong.add(steps + " does not end");
                                }
                                if (over) {
                                    break;
                                }
                            }
                            return wrong;
                        },
                        "[]")));
    }

    /** How closing after some steps ended. */
    private record Closing(int steps, String end, boolean done, boolean peerLearns) {}

    private static List<Closing> closings(EngineSubject s) throws Exception {
        return s.once(Closing.class, () -> {
            List<Closing> closings = new ArrayList<>();
            boolean over = false;
            for (int steps = 0; steps < MOST_STEPS && !over; steps++) {
                EngineSession session = s.pair().connect();
                over = advance(session, steps);
                session.engine().closeOutbound();
                String end = wrapsToTheEnd(session.tested());
                boolean done = session.engine().isOutboundDone();
                session.pump();
                boolean learns = session.peer().failure() != null
                        || session.peer().engine.isInboundDone();
                closings.add(new Closing(steps, end, done, learns));
            }
            return closings;
        });
    }

    /** Takes steps of both ends, and returns whether the handshake of both is over. */
    private static boolean advance(EngineSession session, int steps) throws SSLException {
        session.begin();
        for (int i = 0; i < steps; i++) {
            (i % 2 == 0 ? session.client() : session.server()).step();
        }
        return session.client().count(HandshakeStatus.FINISHED) > 0
                && session.server().count(HandshakeStatus.FINISHED) > 0;
    }

    @TestFactory
    Stream<DynamicNode> withTasks() {
        return EngineContract.ofBothRoles(List.of(
                unused(
                        "closeOutbound() while a task waits: the task runs without an exception",
                        session -> {
                            Runnable task = outstanding(session);
                            session.engine().closeOutbound();
                            task.run();
                            return wrapsToTheEnd(session.tested()).endsWith("CLOSED") + " "
                                    + session.engine().isOutboundDone();
                        },
                        "true true"),
                unused(
                        "closeOutbound() while a task waits: wrap before the task and after it",
                        session -> {
                            Runnable task = outstanding(session);
                            session.engine().closeOutbound();
                            boolean ended = wrapsToTheEnd(session.tested()).endsWith("CLOSED");
                            String before = ended
                                    ? "CLOSED"
                                    : session.engine().getHandshakeStatus().toString();
                            task.run();
                            return before + ", " + wrapsToTheEnd(session.tested());
                        },
                        "CLOSED, CLOSED"),
                unused(
                        "a task that runs after closeOutbound() leads to no handshake",
                        session -> {
                            Runnable task = outstanding(session);
                            session.engine().closeOutbound();
                            wrapsToTheEnd(session.tested());
                            task.run();
                            session.pump();
                            return session.tested().count(HandshakeStatus.FINISHED)
                                    + session.peer().count(HandshakeStatus.FINISHED);
                        },
                        0)));
    }

    @TestFactory
    Stream<DynamicNode> byThePeer() {
        return EngineContract.ofBothRoles(List.of(fact(
                "the peer's closeOutbound() after each step",
                s -> {
                    List<String> wrong = new ArrayList<>();
                    boolean over = false;
                    for (int steps = 2; steps < MOST_STEPS && !over; steps++) {
                        EngineSession session = s.pair().connect();
                        over = advance(session, steps);
                        session.peer().engine.closeOutbound();
                        session.pump();
                        boolean learns = session.tested().failure() != null
                                || session.engine().isInboundDone();
                        session.engine().closeOutbound();
                        String end = wrapsToTheEnd(session.tested());
                        boolean ended =
                                end.endsWith("CLOSED") && session.engine().isOutboundDone();
                        if (!learns || !ended) {
                            wrong.add(steps + ": " + learns + " " + end);
                        }
                    }
                    return wrong;
                },
                "[]")));
    }

    private static Runnable outstanding(EngineSession session) throws SSLException {
        session.begin();
        while (session.engine().getHandshakeStatus() != HandshakeStatus.NEED_TASK) {
            session.peer().step();
            if (session.engine().getHandshakeStatus() != HandshakeStatus.NEED_TASK) {
                session.tested().step();
            }
        }
        return Objects.requireNonNull(session.engine().getDelegatedTask());
    }
}
