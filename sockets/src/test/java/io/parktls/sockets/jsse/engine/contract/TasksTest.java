package io.parktls.sockets.jsse.engine.contract;

import static io.parktls.sockets.jsse.engine.contract.EngineFact.fact;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.unused;

import io.parktls.sockets.Task;
import io.parktls.sockets.ThreadKind;
import io.parktls.sockets.jsse.contract.Credentials;
import io.parktls.sockets.jsse.contract.Observed;
import java.nio.ByteBuffer;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The tasks of a handshake, and the threads in which foreign code runs. */
final class TasksTest {
    /** The name of the threads that run tasks. */
    private static final String TASK = "task of an engine";

    @TestFactory
    Stream<DynamicNode> tasks() {
        return EngineContract.ofBothRoles(List.of(
                unused("none before the handshake", session -> session.engine().getDelegatedTask(), null),
                unused(
                        "there are some",
                        session -> {
                            session.handshake();
                            return session.tested().count(HandshakeStatus.NEED_TASK) > 0;
                        },
                        true),
                unused(
                        "NEED_TASK has a task",
                        session -> untilTask(session).engine().getDelegatedTask() != null,
                        true),
                unused(
                        "a task is given once",
                        session -> {
                            untilTask(session);
                            List<Runnable> tasks = new ArrayList<>();
                            Runnable task = session.engine().getDelegatedTask();
                            while (task != null) {
                                tasks.add(task);
                                task = session.engine().getDelegatedTask();
                            }
                            return tasks.stream().distinct().count() == tasks.size();
                        },
                        true),
                unused(
                        "wrap before the task is taken",
                        session -> waiting(untilTask(session).tested(), true),
                        "OK 0 0 NEED_TASK"),
                unused(
                        "unwrap before the task is taken",
                        session -> waiting(untilTask(session).tested(), false),
                        "OK 0 0 NEED_TASK"),
                unused(
                        "wrap while the task waits to run",
                        session -> {
                            Runnable task = Objects.requireNonNull(
                                    untilTask(session).engine().getDelegatedTask());
                            String during = waiting(session.tested(), true);
                            task.run();
                            session.pump();
                            return during + " " + session.sendAndReceive("data");
                        },
                        "OK 0 0 NEED_TASK data"),
                unused(
                        "unwrap while the task waits to run",
                        session -> {
                            Runnable task = Objects.requireNonNull(
                                    untilTask(session).engine().getDelegatedTask());
                            String during = waiting(session.tested(), false);
                            task.run();
                            session.pump();
                            return during + " " + session.sendAndReceive("data");
                        },
                        "OK 0 0 NEED_TASK data"),
                unused(
                        "after the tasks the status is another one",
                        session -> {
                            untilTask(session).tested().runTasks();
                            return session.engine().getHandshakeStatus() == HandshakeStatus.NEED_TASK;
                        },
                        false),
                unused(
                        "in other threads",
                        session -> {
                            session.tested().runTasksWith(TasksTest::runElsewhere);
                            return session.handshake().sendAndReceive("data");
                        },
                        "data")));
    }

    /** Lets the ends work until the tested engine needs a task. */
    private static EngineSession untilTask(EngineSession session) throws Exception {
        session.begin();
        while (session.engine().getHandshakeStatus() != HandshakeStatus.NEED_TASK) {
            boolean progress = session.peer().step();
            if (session.engine().getHandshakeStatus() != HandshakeStatus.NEED_TASK) {
                progress |= session.tested().step();
            }
            if (!progress) {
                throw new AssertionError("the handshake needs no task");
            }
        }
        return session;
    }

    /** Calls an engine with buffers that are large enough. */
    private static String waiting(End end, boolean wrap) throws Exception {
        ByteBuffer source = ByteBuffer.allocate(100);
        return CheckedCalls.text(
                        wrap
                                ? CheckedCalls.wrap(end.engine, source, end.packetBuffer())
                                : CheckedCalls.unwrap(end.engine, source, end.applicationBuffer()))
                + " " + end.engine.getHandshakeStatus();
    }

    private static void runElsewhere(Runnable task) {
        joined(ThreadKind.PLATFORM.run(() -> {
            Thread.currentThread().setName(TASK);
            task.run();
        }));
    }

    @TestFactory
    Stream<DynamicNode> foreignCode() {
        return EngineContract.ofBothRoles(List.of(
                managers("the trust manager of the client", "checkServerTrusted with engine")
                        .as(Role.CLIENT),
                managers("the trust manager of the server", "checkClientTrusted with engine")
                        .as(Role.SERVER),
                managers("the key manager of the client", "chooseEngineClientAlias")
                        .as(Role.CLIENT),
                managers("the key manager of the server", "chooseEngineServerAlias")
                        .as(Role.SERVER),
                managers("the private key", "getPrivateKey"),
                fact(
                                "the selector of application protocols",
                                s -> {
                                    RecordingManagers recording = new RecordingManagers();
                                    EngineSession session = s.pair()
                                            .clientParameters(p -> p.setApplicationProtocols(new String[] {"h2"}))
                                            .server(e ->
                                                    e.setHandshakeApplicationProtocolSelector((engine, offered) -> {
                                                        recording.add("selector", engine);
                                                        return offered.getFirst();
                                                    }))
                                            .connect();
                                    return thread(session, recording, "selector");
                                },
                                "in a task")
                        .as(Role.SERVER),
                fact(
                                "the matcher of server names",
                                s -> {
                                    RecordingManagers recording = new RecordingManagers();
                                    EngineSession session = s.pair()
                                            .serverParameters(p -> p.setSNIMatchers(List.of(new SNIMatcher(0) {
                                                @Override
                                                public boolean matches(SNIServerName name) {
                                                    recording.add("matcher", null);
                                                    return true;
                                                }
                                            })))
                                            .connect();
                                    return thread(session, recording, "matcher");
                                },
                                "in a task")
                        .as(Role.SERVER),
                failing("a failing trust manager", new CertificateException("no"))
                        .as(Role.CLIENT),
                failing("a trust manager with a defect", new IllegalStateException("defect"))
                        .as(Role.CLIENT)));
    }

    /** A trust manager may wait for a service on the network for minutes. */
    @TestFactory
    Stream<DynamicNode> slowManagers() {
        return EngineContract.ofBothRoles(List.of(fact(
                        "calls from another thread while the trust manager waits",
                        s -> {
                            CountDownLatch entered = new CountDownLatch(1);
                            CountDownLatch released = new CountDownLatch(1);
                            RecordingManagers slow = new RecordingManagers() {
                                @Override
                                void add(String method, @Nullable SSLEngine engine) {
                                    entered.countDown();
                                    awaitOrFail(released);
                                }
                            };
                            EnginePair pair =
                                    s.pair().clientHas(Credentials.CLIENT).server(e -> e.setNeedClientAuth(true));
                            EngineSession session = (s.isClient()
                                            ? pair.clientHas(Credentials.CLIENT.with(slow.trust()))
                                            : pair.serverHas(Credentials.SERVER.with(slow.trust())))
                                    .connect();
                            List<String> observed = new ArrayList<>();
                            session.tested().runTasksWith(task -> {
                                Task<Void> running = ThreadKind.PLATFORM.run(task::run);
                                Task.eventually(() -> entered.getCount() == 0 || running.isDone());
                                if (entered.getCount() == 0 && released.getCount() > 0) {
                                    observed.add(called(session.tested()));
                                    released.countDown();
                                }
                                joined(running);
                            });
                            session.handshake();
                            return observed + " " + session.sendAndReceive("data");
                        },
                        "[OK 0 0 NEED_TASK, OK 0 0 NEED_TASK, null, false, false, SSL_NULL_WITH_NULL_NULL] data")
                .onlyOurs("SunJSSE runs tasks with the engine's lock, so every call waits for the trust manager")));
    }

    private static String called(End end) {
        try {
            return waiting(end, true) + ", " + waiting(end, false) + ", " + end.engine.getDelegatedTask() + ", "
                    + end.engine.isInboundDone() + ", " + end.engine.isOutboundDone() + ", "
                    + end.engine.getSession().getCipherSuite();
        } catch (Exception e) {
            throw new AssertionError("a call fails while a task runs", e);
        }
    }

    private static void awaitOrFail(CountDownLatch latch) {
        try {
            if (!latch.await(Task.HANG.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("the other calls wait for the trust manager");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void joined(Task<Void> running) {
        try {
            running.get();
        } catch (Exception e) {
            throw new AssertionError("a task must not throw", e);
        }
    }

    private static EngineFact managers(String name, String method) {
        return fact(
                name,
                s -> {
                    RecordingManagers recording = s.once(RecordingManagers.class, () -> record(s));
                    recording.first(method);
                    return where(recording, method);
                },
                "in a task");
    }

    /** Performs a handshake with tasks in other threads, and returns the calls of the tested end's managers. */
    private static RecordingManagers record(EngineSubject s) throws Exception {
        RecordingManagers recording = new RecordingManagers();
        Credentials own = s.isClient() ? Credentials.CLIENT : Credentials.SERVER;
        Credentials tested = own.with(recording.keys(own)).with(recording.trust());
        EnginePair pair = s.pair().server(e -> e.setNeedClientAuth(true));
        pair = s.isClient()
                ? pair.clientHas(tested)
                : pair.clientHas(Credentials.CLIENT).serverHas(tested);
        elsewhere(pair.connect());
        return recording;
    }

    /** Performs the handshake with the tested end's tasks in other threads, and returns where a method was called. */
    private static String thread(EngineSession session, RecordingManagers recording, String method) throws Exception {
        elsewhere(session);
        recording.first(method);
        return where(recording, method);
    }

    private static void elsewhere(EngineSession session) throws Exception {
        session.tested().runTasksWith(TasksTest::runElsewhere);
        session.handshake();
    }

    private static String where(RecordingManagers recording, String method) {
        boolean tasks = recording.calls.stream()
                .filter(call -> call.method().equals(method))
                .allMatch(call -> call.thread().getName().equals(TASK));
        return tasks ? "in a task" : "in the caller's thread";
    }

    /** The task itself does not throw; the next call of the engine does. */
    private static EngineFact failing(String name, Exception failure) {
        return fact(
                name,
                s -> {
                    EngineSession session = s.pair()
                            .clientHas(Credentials.ANONYMOUS.with(new RecordingManagers().distrust(failure)))
                            .connect();
                    session.tested().runTasksWith(TasksTest::runElsewhere);
                    session.begin();
                    session.pump();
                    @Nullable Exception thrown = session.tested().failure();
                    return Observed.withCause(thrown, failure.getClass());
                },
                failure instanceof CertificateException
                        ? "SSLHandshakeException caused by CertificateException"
                        : "SSLException caused by IllegalStateException|SSLHandshakeException caused by IllegalStateException");
    }
}
